// An app's app_id and app_secret, as both `internal` token endpoints take them: self-built apps.
//
// Source  docs/wire/feishu/auth.md. No Authorization header, no scope, no rate.
// Errors  HTTP 200: invalid_field for a body that is not two texts, for an app_id that is not even
//         of the form, and for a store app, whose endpoints these are not; app_unknown (also where
//         it was deleted), app_secret_wrong, app_disabled, app_not_installed.
// Cost    Two hashes; pure but for the clock.
#pragma once

#include <string>
#include <string_view>

#include "access/token.h"
#include "dialect/feishu/dialect.h"
#include "http/message.h"
#include "json/reader.h"

namespace carillon::feishu {

struct Credentials {
  std::string app_id;
  std::string app_secret;
};

Result<Credentials> parse_credentials(std::string_view body);

// One text of a JSON body.
// Errors  invalid_field: missing, empty, not a text.
Result<std::string> required_text(json::Value root, std::string_view key);

// The app that these are the credentials of, whatever its kind, and the secret that they show.
struct KnownApp {
  App const* app;
  Secret const* secret;
};
Result<KnownApp> find_credentials(Organisation const& organisation, Key const& installation_key,
                                  Credentials const& credentials);

// The token that these credentials get now.
Result<IssuedToken> issue_tenant_token(Organisation const& organisation,
                                       Key const& installation_key, Tokens const& tokens,
                                       Credentials const& credentials, Time now);

// The whole endpoint: parse, issue, render.
using RenderToken = std::string (*)(IssuedToken const&);
http::Response answer_token_request(Context& context, http::Request const& request,
                                    RenderToken render);

}  // namespace carillon::feishu
