#include "dialect/console/cursors.h"

#include <algorithm>

namespace carillon::console {
namespace {

// kind 1, check 4, scope 3, position 8
CipherBlock pack(CursorKind kind, std::uint64_t scope, std::uint64_t position) {
  CipherBlock block{static_cast<std::uint8_t>(kind), 0x63, 0x75, 0x72, 0x73};
  for (int i = 7; i >= 5; --i, scope >>= 8) block[static_cast<std::size_t>(i)] = scope & 0xff;
  for (int i = 15; i >= 8; --i, position >>= 8) {
    block[static_cast<std::size_t>(i)] = position & 0xff;
  }
  return block;
}

}  // namespace

std::string Cursors::seal(CursorKind kind, std::uint64_t scope, std::uint64_t position) const {
  auto const sealed = cipher_.encrypt(pack(kind, scope, position));
  return to_hex(sealed.data(), sealed.size());
}

Result<std::uint64_t> Cursors::unseal(CursorKind kind, std::uint64_t scope,
                                      std::string_view text) const {
  CipherBlock sealed;
  if (from_hex(text, sealed.data(), sealed.size())) {
    auto const plain = cipher_.decrypt(sealed);
    auto const wanted = pack(kind, scope, 0);
    if (std::equal(plain.begin(), plain.begin() + 8, wanted.begin())) {
      std::uint64_t position = 0;
      for (std::size_t i = 8; i < 16; ++i) position = position << 8 | plain[i];
      return position;
    }
  }
  return fail(Errc::invalid_field, "that is not a place in this list; begin without it");
}

}  // namespace carillon::console
