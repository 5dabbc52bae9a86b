#include "access/app.h"

#include <algorithm>

namespace carillon {

bool App::has_scope(std::string_view scope) const {
  return std::find(scopes.begin(), scopes.end(), scope) != scopes.end();
}

Secret const* App::find_secret(SecretUse use, std::uint8_t version) const {
  for (auto const& secret : secrets) {
    if (secret.use == use && secret.version == version && !secret.withdrawn) return &secret;
  }
  return nullptr;
}

}  // namespace carillon
