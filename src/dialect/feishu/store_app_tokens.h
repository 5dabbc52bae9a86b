// How a store app comes by its tokens:
//   POST /open-apis/auth/v3/app_ticket/resend        {"app_id","app_secret"}
//   POST /open-apis/auth/v3/app_access_token         {"app_id","app_secret","app_ticket"}
//   POST /open-apis/auth/v3/tenant_access_token      {"app_access_token","tenant_key"}
//
// Shape   The ticket comes as an event (events.h), every hour and when asked for; with it and the
//         secret the app gets its own token, with that one for each tenant that has installed it.
//         All three are functions of the installation's key: they survive a restart.
// Source  docs/wire/feishu/auth.md. The msg is "success" here, "ok" on the other endpoints.
// Errors  HTTP 200: invalid_field, also for a self-built app, whose endpoints these are not;
//         app_unknown, app_secret_wrong, app_disabled; ticket_invalid; app_token_invalid;
//         app_not_installed for a tenant that is unknown or has not installed the app.
#pragma once

#include <string>
#include <string_view>

#include "access/token.h"
#include "dialect/feishu/dialect.h"
#include "http/message.h"

namespace carillon::feishu {

void resend_app_ticket(Context& context, http::Request const& request, http::Reply const& reply);
void store_app_access_token(Context& context, http::Request const& request,
                            http::Reply const& reply);
void store_tenant_access_token(Context& context, http::Request const& request,
                               http::Reply const& reply);

// The decisions behind the last two.
Result<IssuedToken> issue_app_token(Organisation const& organisation, Key const& installation_key,
                                    Tokens const& tokens, std::string_view body, Time now);
Result<IssuedToken> issue_store_tenant_token(Organisation const& organisation, Tokens const& tokens,
                                             std::string_view body, Time now);

}  // namespace carillon::feishu
