// The OpenID provider put together from its settings.
#pragma once

#include <memory>

#include "base/clock.h"
#include "oidc/provider.h"
#include "server/config.h"

namespace carillon::server {

// Null if none is set. Puts what the console needs of the settings into `config.console`.
// Errors  invalid_field: a setting, or the secret's file.
Result<std::unique_ptr<oidc::Provider>> make_provider(Config& config, Clock const& clock);

}  // namespace carillon::server
