#include "crypto/sealed_id.h"

#include "crypto/big_endian.h"

namespace carillon {
namespace {

constexpr std::uint8_t kCheck[2] = {0xca, 0x11};

}  // namespace

std::string IdSealer::seal(Coordinates const& at) const {
  CipherBlock plain{static_cast<std::uint8_t>(at.kind), at.generation, kCheck[0], kCheck[1]};
  put_big_endian(&plain[4], at.tenant, 3);
  put_big_endian(&plain[7], at.major, 5);
  put_big_endian(&plain[12], at.minor, 4);
  auto const sealed = cipher_.encrypt(plain);
  return to_hex(sealed.data(), sealed.size());
}

std::optional<Coordinates> IdSealer::unseal(IdKind kind, std::string_view hex) const {
  CipherBlock sealed;
  if (!from_hex(hex, sealed.data(), sealed.size())) return std::nullopt;
  auto const plain = cipher_.decrypt(sealed);
  if (plain[0] != static_cast<std::uint8_t>(kind) || plain[2] != kCheck[0] ||
      plain[3] != kCheck[1]) {
    return std::nullopt;
  }
  return Coordinates{kind, plain[1], static_cast<std::uint32_t>(get_big_endian(&plain[4], 3)),
                     get_big_endian(&plain[7], 5),
                     static_cast<std::uint32_t>(get_big_endian(&plain[12], 4))};
}

}  // namespace carillon
