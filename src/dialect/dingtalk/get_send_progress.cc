#include "dialect/dingtalk/get_send_progress.h"

#include <algorithm>

#include "dialect/dingtalk/task_call.h"

namespace carillon::dingtalk {
namespace {

TaskStatus status_of(BatchRecord const& record) {
  switch (record.state) {
    case BatchState::accepted:
    case BatchState::scheduled:
      return TaskStatus::not_started;
    case BatchState::paused:
      return record.position == 0 ? TaskStatus::not_started : TaskStatus::running;
    case BatchState::sending:
      return TaskStatus::running;
    case BatchState::sent:
    case BatchState::canceled:
    case BatchState::recalling:
    case BatchState::recalled:
      break;
  }
  return TaskStatus::finished;
}

}  // namespace

TaskProgress progress_of(BatchRecord const& record) {
  auto const status = status_of(record);
  if (status == TaskStatus::finished) return {100, status};
  auto const handled = std::uint64_t{record.delivered} + record.failed;
  auto const all = std::uint64_t{record.valid} - record.excluded;
  auto const percent = all == 0 ? 0 : handled * 100 / all;
  return {static_cast<std::uint32_t>(std::min<std::uint64_t>(percent, 99)), status};
}

Result<void> get_send_progress(Context& context, Call& call, Answer const& answer) {
  std::chrono::hours const window(std::int64_t{context.settings.progress_days} * 24);
  TRY(auto const record,
      find_callers_task(context, call.caller, call.parameters, "task_id", window));
  auto const progress = progress_of(record);
  answer.ok([&](json::Writer& out) {
    out.begin_object("progress").field("progress_in_percent", progress.percent);
    out.field("status", static_cast<int>(progress.status)).end_object();
  });
  return {};
}

}  // namespace carillon::dingtalk
