// POST /topapi/message/corpconversation/getsendresult
//
// Source  docs/wire/dingtalk/getsendresult.md.
// In      agent_id, task_id.
// Out     {"send_result":{...}} with all seven lists, empty ones too; ids are texts, departments
//         numbers, codes of forbidden_list texts.
// Errors  40035, as getsendprogress, with a window of its own.
// Cost    Reads the batch's sets, slices and receipts: engine reader threads.
#pragma once

#include <string>

#include "core/recipient_sets.h"
#include "dialect/dingtalk/call.h"
#include "directory/directory.h"

namespace carillon::dingtalk {

inline constexpr Api kGetSendResult{0x203, Family::topapi};

Result<void> get_send_result(Context& context, Call& call, Answer const& answer);

// The vendor's code for a rule, as a custom or a store app is told it.
std::string_view forbidden_code(FlowRule rule, AppKind kind);

void append_send_result(json::Writer& out, Directory const& directory, AppKind kind,
                        BatchRecord const& record, RecipientSets const& sets,
                        InvalidIds const& invalid);

}  // namespace carillon::dingtalk
