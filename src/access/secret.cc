#include "access/secret.h"

#include <string>

namespace carillon {

std::array<std::uint8_t, 32> hash_secret(Key const& installation_key, std::string_view app_id,
                                         std::string_view secret) {
  std::string text(app_id);
  text += '\0';
  text += secret;
  return hmac_sha256(derive_key(installation_key, "app secrets"), text);
}

Secret const* match_secret(App const& app, SecretUse use, Key const& installation_key,
                           std::string_view secret) {
  auto const hash = hash_secret(installation_key, app.app_id, secret);
  std::string_view const given(reinterpret_cast<char const*>(hash.data()), hash.size());
  Secret const* best = nullptr;
  for (auto const& kept : app.secrets) {
    std::string_view const known(reinterpret_cast<char const*>(kept.hash.data()), kept.hash.size());
    if (kept.use == use && !kept.withdrawn && equal_constant_time(given, known) &&
        (best == nullptr || kept.version > best->version)) {
      best = &kept;
    }
  }
  return best;
}

}  // namespace carillon
