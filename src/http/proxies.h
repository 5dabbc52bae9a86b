// Which peers may say who the caller is, and what they say.
//
// Shape   Each proxy appends the address it was called from to X-Forwarded-For. Read from the
//         right, the first address that is not a trusted proxy's is the caller: what stands left
//         of it was written by strangers.
// Errors  An entry that is no address ends the walk; the last believable one counts.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace carillon::http {

// An IPv6 address, or an IPv4 address mapped into one.
using IpAddress = std::array<std::uint8_t, 16>;

std::optional<IpAddress> parse_address(std::string_view text);

class TrustedProxies {
 public:
  TrustedProxies() = default;
  // Addresses and CIDRs, IPv4 or IPv6.
  static Result<TrustedProxies> parse(std::vector<std::string> const& entries);

  bool contains(std::string_view address) const;
  // The caller as the headers report it to a trusted peer; `peer` if they do not.
  std::string_view caller(std::string_view peer, std::vector<Header> const& headers) const;

 private:
  struct Range {
    IpAddress base;
    int bits;
  };
  std::vector<Range> ranges_;
};

}  // namespace carillon::http
