// POST /topapi/message/corpconversation/asyncsend_v2, and the older .../asyncsend
//
// Source  docs/wire/dingtalk/asyncsend_v2.md.
// In      agent_id; at least one of userid_list, dept_id_list, to_all_user; msg, which the older
//         call sends as msgtype and msgcontent.
// Out     {"task_id":N}: the task was accepted, not yet sent. Users and departments that nobody
//         knows do not fail the call.
// Errors  Asked in this order: gateway, a body that is not JSON 1, agent and receivers 40035,
//         the message 34004 34008-34011 34014 34016, its size 34016, audit 34015, and with the
//         writing 40007, -1.
#pragma once

#include "dialect/dingtalk/call.h"

namespace carillon::dingtalk {

inline constexpr Api kAsyncSendV2{0x201, Family::send};
inline constexpr Api kAsyncSend{0x206, Family::send};

Result<void> async_send_v2(Context& context, Call& call, Answer const& answer);
Result<void> async_send(Context& context, Call& call, Answer const& answer);

}  // namespace carillon::dingtalk
