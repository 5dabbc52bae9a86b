// From an app's credentials to its token, in the three ways in which clients name the app.
//
// Source  docs/wire/dingtalk/auth.md. A token is a function of its window, so asking again gives
//         the same one; what remains of it is over 30 minutes and up to two hours.
// Errors  app_unknown, app_secret_wrong, app_disabled, app_not_installed.
// Cost    A hash; with a corpid and a secret alone, one for each app of the tenant.
#pragma once

#include <string_view>

#include "access/token.h"
#include "dialect/dingtalk/dialect.h"

namespace carillon::dingtalk {

// The app with that key, in its own tenant.
Result<IssuedToken> token_by_key(Context const& context, std::string_view app_key,
                                 std::string_view secret);
// The same in a tenant that is named: the way of apps that are installed in many.
Result<IssuedToken> token_by_key_in_corp(Context const& context, std::string_view corp_id,
                                         std::string_view app_key, std::string_view secret);
// Whichever app of the tenant has that secret.
Result<IssuedToken> token_by_corp(Context const& context, std::string_view corp_id,
                                  std::string_view secret);

}  // namespace carillon::dingtalk
