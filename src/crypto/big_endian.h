// Whole numbers in a fixed count of bytes, the most significant first: the fields of sealed blocks.
#pragma once

#include <cstdint>

namespace carillon {

inline void put_big_endian(std::uint8_t* at, std::uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i, value >>= 8) at[i] = static_cast<std::uint8_t>(value);
}

inline std::uint64_t get_big_endian(std::uint8_t const* at, int bytes) {
  std::uint64_t value = 0;
  for (int i = 0; i < bytes; ++i) value = value << 8 | at[i];
  return value;
}

}  // namespace carillon
