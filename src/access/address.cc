#include "access/address.h"

#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>

namespace carillon {
namespace {

// Every address as 16 bytes; IPv4 as its mapped form.
using Bytes = std::array<std::uint8_t, 16>;

struct Network {
  Bytes address;
  int bits;
};

std::optional<Bytes> parse_address(std::string const& text) {
  Bytes out{};
  if (inet_pton(AF_INET6, text.c_str(), out.data()) == 1) return out;
  out = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (inet_pton(AF_INET, text.c_str(), &out[12]) == 1) return out;
  return std::nullopt;
}

std::optional<Network> parse_network(std::string_view pattern) {
  auto const slash = pattern.find('/');
  auto const address = parse_address(std::string(pattern.substr(0, slash)));
  if (!address) return std::nullopt;
  bool const is_v4 = pattern.find(':') == std::string_view::npos;
  int bits = 128;
  if (slash != std::string_view::npos) {
    auto const text = pattern.substr(slash + 1);
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
    if (error != std::errc{} || end != text.data() + text.size() || bits < 0 ||
        bits > (is_v4 ? 32 : 128)) {
      return std::nullopt;
    }
    if (is_v4) bits += 96;
  }
  return Network{*address, bits};
}

bool contains(Network const& network, Bytes const& address) {
  auto const whole = static_cast<std::size_t>(network.bits / 8);
  if (std::memcmp(network.address.data(), address.data(), whole) != 0) return false;
  int const rest = network.bits % 8;
  if (rest == 0) return true;
  auto const mask = static_cast<std::uint8_t>(0xff << (8 - rest));
  return (network.address[whole] & mask) == (address[whole] & mask);
}

}  // namespace

bool is_address_pattern(std::string_view pattern) { return parse_network(pattern).has_value(); }

bool address_allowed(std::vector<std::string> const& patterns, std::string_view address) {
  if (patterns.empty()) return true;
  auto const caller = parse_address(std::string(address));
  if (!caller) return false;
  for (auto const& pattern : patterns) {
    if (auto const network = parse_network(pattern); network && contains(*network, *caller)) {
      return true;
    }
  }
  return false;
}

}  // namespace carillon
