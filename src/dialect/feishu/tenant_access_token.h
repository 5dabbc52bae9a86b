// POST /open-apis/auth/v3/tenant_access_token/internal
//
// Source  docs/wire/feishu/auth.md.
// In      {"app_id","app_secret"}; whatever Content-Type, even none.
// Out     The token and what remains of it in seconds, at the top level, not under `data`.
// Errors  HTTP 200 without the token's keys; see credentials.h.
#pragma once

#include <string>

#include "access/token.h"
#include "dialect/feishu/dialect.h"
#include "http/message.h"

namespace carillon::feishu {

void tenant_access_token(Context& context, http::Request const& request, http::Reply const& reply);

std::string render_tenant_access_token(IssuedToken const& token);

}  // namespace carillon::feishu
