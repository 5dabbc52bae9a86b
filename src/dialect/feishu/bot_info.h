// GET /open-apis/bot/v3/info: the app's bot. Its fields stand under `bot`, not under `data`.
//
// Source  docs/wire/feishu/chats.md. Needs no scope.
// Errors  11205 if the app has no bot.
#pragma once

#include "dialect/feishu/dialect.h"
#include "dialect/feishu/gateway.h"
#include "http/message.h"

namespace carillon::feishu {

inline constexpr Api kBotInfo{0x131, Family::bot, {}};

void bot_info(Context& context, http::Request const& request, http::Reply const& reply);

}  // namespace carillon::feishu
