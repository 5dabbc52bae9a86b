// POST /open-apis/auth/v3/app_access_token/internal
//
// Source  docs/wire/feishu/auth.md. A self-built app's app token is its tenant token: "t-" too, and
//         the answer carries it under both names.
// In      As tenant_access_token.h, errors too.
#pragma once

#include <string>

#include "access/token.h"
#include "dialect/feishu/dialect.h"
#include "http/message.h"

namespace carillon::feishu {

void app_access_token(Context& context, http::Request const& request, http::Reply const& reply);

std::string render_app_access_token(IssuedToken const& token);

}  // namespace carillon::feishu
