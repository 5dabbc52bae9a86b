// POST /message/send: the oldest way to send a work notification.
//
// Source  docs/wire/dingtalk/asyncsend_v2.md.
// In      agentid; touser and toparty, separated by '|', "@all" in touser for everybody; msgtype
//         and the message under its type's name.
// Out     {"invaliduser","invalidparty","forbiddenUserId","messageId"}, all of them texts.
// Errors  As asyncsend_v2, but never wrapped in code 88.
#pragma once

#include "dialect/dingtalk/call.h"

namespace carillon::dingtalk {

inline constexpr Api kMessageSend{0x207, Family::plain};

Result<void> message_send(Context& context, Call& call, Answer const& answer);

}  // namespace carillon::dingtalk
