// GET or POST /gettoken
//
// Source  docs/wire/dingtalk/auth.md.
// In      appkey and appsecret, or the older corpid and corpsecret.
// Out     The token and what remains of it in seconds, a number that fits into 16 bits.
// Errors  HTTP 200 without the token's keys: 40035, 40089, 40001, 60011. No rate.
#pragma once

#include <string>

#include "access/token.h"
#include "dialect/dingtalk/dialect.h"
#include "http/message.h"

namespace carillon::dingtalk {

void get_token(Context& context, http::Request const& request, http::Reply const& reply);

std::string render_token(IssuedToken const& token);

}  // namespace carillon::dingtalk
