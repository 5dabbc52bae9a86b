// POST /topapi/message/corpconversation/status_bar/update
//
// Source  docs/wire/dingtalk/status_bar.md.
// In      agent_id, task_id, status_value; status_bg, which stays as it is if it is absent.
// Errors  40035: as getsendresult; also a task that is not of type oa with a status_bar, or was
//         recalled.
// Cost    A read of the content, then one decision of the writer.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dialect/dingtalk/call.h"

namespace carillon::dingtalk {

inline constexpr Api kUpdateStatusBar{0x205, Family::topapi};

Result<void> update_status_bar(Context& context, Call& call, Answer const& answer);

// The message with another status bar.
// Errors  invalid_field: it has none.
Result<std::string> with_status(std::string_view oa_json, std::string_view value,
                                std::optional<std::string> const& background);

}  // namespace carillon::dingtalk
