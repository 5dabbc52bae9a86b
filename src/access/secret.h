// How secrets are kept: as keyed hashes, bound to their app, so that a stolen store gives none.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "access/app.h"
#include "crypto/crypto.h"

namespace carillon {

// HMAC of the secret under a key derived from the installation's; `app_id` keeps equal secrets of
// two apps apart. Secrets are long and random, so a slow hash would only slow the token endpoint.
std::array<std::uint8_t, 32> hash_secret(Key const& installation_key, std::string_view app_id,
                                         std::string_view secret);

// The newest good secret of that use which the text is, or null.
Secret const* match_secret(App const& app, SecretUse use, Key const& installation_key,
                           std::string_view secret);

}  // namespace carillon
