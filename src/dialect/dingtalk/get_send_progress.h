// POST /topapi/message/corpconversation/getsendprogress
//
// Source  docs/wire/dingtalk/getsendprogress.md.
// In      agent_id, task_id.
// Out     {"progress":{"progress_in_percent","status"}}, both numbers. The percent is rounded down,
//         never falls, and is 100 exactly with status 2.
// Errors  40035 for whatever is wrong with the ids, and for a task past the window; 500.
// Cost    Memory only; any thread.
#pragma once

#include <cstdint>

#include "dialect/dingtalk/call.h"

namespace carillon::dingtalk {

inline constexpr Api kGetSendProgress{0x202, Family::progress};

Result<void> get_send_progress(Context& context, Call& call, Answer const& answer);

enum class TaskStatus : std::uint8_t { not_started = 0, running = 1, finished = 2 };

struct TaskProgress {
  std::uint32_t percent;
  TaskStatus status;

  friend bool operator==(TaskProgress const&, TaskProgress const&) = default;
};
TaskProgress progress_of(BatchRecord const& record);

}  // namespace carillon::dingtalk
