// How often somebody may try to sign in: so many times a minute from an address, and for a name.
// Ten times as often at the OpenID provider, where nothing can be guessed: many share an address.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "dialect/console/dialect.h"

namespace carillon::console {

// What is counted by; each counts for itself.
enum class SignInBy : std::uint16_t { address = 1, name = 2, provider = 3 };

// Counts an attempt, a good one too.
// Errors  rate_limited.
Result<void> count_sign_in(Context& context, SignInBy by, std::string_view what);

}  // namespace carillon::console
