// POST /open-apis/im/v1/chats and GET /open-apis/im/v1/chats/:chat_id: chats that messages share.
//
// Source  docs/wire/feishu/chats.md. Nobody talks in a chat here; it exists so that share_chat has
//         something to share. The app that makes one is in it, others are not; imported ones belong
//         to every app of the tenant.
// Errors  HTTP 400: 99991300, 232001 fields, 232006 no such chat, 232011 another app's, 232025.
// Cost    A new chat is one durable row; a look is one by a reader thread.
#pragma once

#include "dialect/feishu/dialect.h"
#include "dialect/feishu/gateway.h"
#include "dialect/feishu/scopes.h"
#include "http/message.h"

namespace carillon::feishu {

inline constexpr Api kCreateChat{0x132, Family::chat, kChatCreateScopes};
inline constexpr Api kGetChat{0x133, Family::chat, kChatReadScopes};

void create_chat(Context& context, http::Request const& request, http::Reply reply);
void get_chat(Context& context, http::Request const& request, http::Reply reply);

}  // namespace carillon::feishu
