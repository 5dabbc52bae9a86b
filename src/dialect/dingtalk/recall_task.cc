#include "dialect/dingtalk/recall_task.h"

#include "core/recall_batch.h"
#include "dialect/dingtalk/task_call.h"

namespace carillon::dingtalk {

Result<void> recall_task(Context& context, Call& call, Answer const& answer) {
  // The recall's own window is judged with the write; no other applies.
  TRY(auto const record, find_callers_task(context, call.caller, call.parameters, "msg_task_id",
                                           std::chrono::hours(0)));
  auto const& tenant = call.caller.directory().tenant();
  RecallBatch const command{record.key, recall_window(context.settings.recall_hours, tenant)};
  context.engine.write<Nothing>(
      [command](View& view) { return recall_batch(view, command); },
      [answer](Result<Nothing> done) { done ? answer.ok() : answer.fail(done.error()); });
  return {};
}

}  // namespace carillon::dingtalk
