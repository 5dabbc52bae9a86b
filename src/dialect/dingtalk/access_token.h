// POST /v1.0/oauth2/accessToken and POST /v1.0/oauth2/:corpId/token: the new style's token
// endpoints. Their tokens are the classic ones.
//
// Source  docs/wire/dingtalk/auth.md.
// In      JSON only: {"appKey","appSecret"}; {"client_id","client_secret","grant_type"}, which is
//         how an app that is installed in many tenants names one.
// Out     {"accessToken","expireIn"}; {"access_token","expires_in"}.
// Errors  HTTP 4xx with {"code","requestid","message"}: Missingbody, MissingappKey and its like,
//         invalidClientIdOrSecret.
#pragma once

#include "dialect/dingtalk/dialect.h"
#include "http/message.h"

namespace carillon::dingtalk {

void access_token(Context& context, http::Request const& request, http::Reply const& reply);
void corp_access_token(Context& context, http::Request const& request, http::Reply const& reply);

}  // namespace carillon::dingtalk
