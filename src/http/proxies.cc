#include "http/proxies.h"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstring>

#include "http/text.h"

namespace carillon::http {
namespace {

constexpr IpAddress kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool same_bits(IpAddress const& a, IpAddress const& b, int bits) {
  auto const whole = static_cast<std::size_t>(bits / 8);
  if (!std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(whole), b.begin())) {
    return false;
  }
  if (bits % 8 == 0) return true;
  auto const mask = static_cast<std::uint8_t>(0xff << (8 - bits % 8));
  return ((a[whole] ^ b[whole]) & mask) == 0;
}

// "1.2.3.4:567" and "[::1]:567" without port and brackets.
std::string_view without_port(std::string_view text) {
  if (text.starts_with('[')) return text.substr(1, text.find(']') - 1);
  auto const colon = text.find(':');
  if (colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos) {
    return text.substr(0, colon);
  }
  return text;
}

}  // namespace

std::optional<IpAddress> parse_address(std::string_view text) {
  char buffer[INET6_ADDRSTRLEN] = {};
  if (text.empty() || text.size() >= sizeof buffer) return std::nullopt;
  std::memcpy(buffer, text.data(), text.size());
  IpAddress address = kMapped;
  if (inet_pton(AF_INET, buffer, address.data() + 12) == 1) return address;
  if (inet_pton(AF_INET6, buffer, address.data()) == 1) return address;
  return std::nullopt;
}

Result<TrustedProxies> TrustedProxies::parse(std::vector<std::string> const& entries) {
  TrustedProxies proxies;
  for (std::string_view const entry : entries) {
    auto const slash = entry.find('/');
    auto const base = parse_address(entry.substr(0, slash));
    bool const v4 = base && std::equal(kMapped.begin(), kMapped.begin() + 12, base->begin());
    int const width = v4 ? 32 : 128;
    int bits = width;
    bool good = base.has_value();
    if (good && slash != std::string_view::npos) {
      auto const text = entry.substr(slash + 1);
      auto const end = text.data() + text.size();
      auto const [rest, problem] = std::from_chars(text.data(), end, bits);
      good = problem == std::errc{} && rest == end && bits >= 0 && bits <= width;
    }
    if (!good) {
      return fail(Errc::invalid_field,
                  "trusted proxy '" + std::string(entry) + "' is not an address or a CIDR");
    }
    proxies.ranges_.push_back({*base, v4 ? bits + 96 : bits});
  }
  return proxies;
}

bool TrustedProxies::contains(std::string_view address) const {
  if (ranges_.empty()) return false;
  auto const parsed = parse_address(address);
  return parsed && std::any_of(ranges_.begin(), ranges_.end(), [&](Range const& range) {
           return same_bits(*parsed, range.base, range.bits);
         });
}

std::string_view TrustedProxies::caller(std::string_view peer,
                                        std::vector<Header> const& headers) const {
  auto caller = peer;
  for (auto header = headers.rbegin(); header != headers.rend(); ++header) {
    if (!same_token(header->name, "X-Forwarded-For")) continue;
    auto list = header->value;
    while (!list.empty()) {
      auto const comma = list.rfind(',');
      auto const start = comma == std::string_view::npos ? 0 : comma + 1;
      auto const hop = without_port(trim(list.substr(start)));
      if (!parse_address(hop)) return caller;
      caller = hop;
      if (!contains(hop)) return caller;
      list = list.substr(0, comma == std::string_view::npos ? 0 : comma);
    }
  }
  return caller;
}

}  // namespace carillon::http
