#include "dialect/console/new_secret.h"

#include <array>
#include <cstdint>
#include <string_view>

#include "crypto/crypto.h"

namespace carillon::console {

std::string new_app_id() {
  std::array<std::uint8_t, 8> bytes;
  random_bytes(bytes.data(), bytes.size());
  return "cli_" + to_hex(bytes.data(), bytes.size());
}

std::string new_secret() {
  constexpr std::string_view kSigns =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string out;
  while (out.size() < 32) {
    std::array<std::uint8_t, 64> bytes;
    random_bytes(bytes.data(), bytes.size());
    for (auto const byte : bytes) {
      // 248 = 4 * 62: what lies above would make some signs likelier than others.
      if (byte < 248 && out.size() < 32) out += kSigns[byte % kSigns.size()];
    }
  }
  return out;
}

}  // namespace carillon::console
