#include "core/idempotency.h"

#include <algorithm>

#include "crypto/crypto.h"

namespace carillon {

Result<std::string> parse_idempotency_key(std::string_view header) {
  if (header.size() > kIdempotencyKeyBytesMax) {
    return fail(Errc::invalid_field, "Idempotency-Key: longer than 128 bytes");
  }
  if (!std::all_of(header.begin(), header.end(), [](char c) { return c >= ' ' && c <= '~'; })) {
    return fail(Errc::invalid_field, "Idempotency-Key: must be ASCII");
  }
  return std::string(header);
}

std::string hash_request(std::string_view name, std::string_view body) {
  std::string text(name);
  text += '\n';
  text += body;
  auto const hash = sha256(text);
  return to_hex(hash.data(), hash.size());
}

}  // namespace carillon
