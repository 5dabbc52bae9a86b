// POST /topapi/message/corpconversation/recall
//
// Source  docs/wire/dingtalk/recall.md.
// In      agent_id, msg_task_id (not task_id).
// Errors  40035, also past the recall's window. Repeating a recall succeeds, however late.
// Cost    One decision of the writer.
#pragma once

#include "dialect/dingtalk/call.h"

namespace carillon::dingtalk {

inline constexpr Api kRecallTask{0x204, Family::topapi};

Result<void> recall_task(Context& context, Call& call, Answer const& answer);

}  // namespace carillon::dingtalk
