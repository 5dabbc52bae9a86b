// The name of a file's bytes: what rows keep of a file that lies elsewhere (media/blob_store.h).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace carillon {

using BlobId = std::array<std::uint8_t, 32>;  // SHA-256 of the bytes

struct BlobRef {
  BlobId id{};
  std::uint64_t bytes = 0;

  friend bool operator==(BlobRef const&, BlobRef const&) = default;
};

inline std::string_view bytes_of(BlobId const& id) {
  return {reinterpret_cast<char const*>(id.data()), id.size()};
}
// False, and `out` is left alone, if these are not as many bytes.
inline bool read_blob_id(std::string_view bytes, BlobId& out) {
  if (bytes.size() != out.size()) return false;
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(bytes[i]);
  return true;
}

}  // namespace carillon
