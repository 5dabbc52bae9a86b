// The Idempotency-Key that every sending call honours, and what makes two requests the same to it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace carillon {

inline constexpr std::size_t kIdempotencyKeyBytesMax = 128;

// The key as the header gives it; empty: none.
// Errors  invalid_field: over 128 bytes, or not visible ASCII.
Result<std::string> parse_idempotency_key(std::string_view header);

// `name` tells one call from all others: dialect, method and path.
std::string hash_request(std::string_view name, std::string_view body);

}  // namespace carillon
