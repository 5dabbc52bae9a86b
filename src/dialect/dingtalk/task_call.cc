#include "dialect/dingtalk/task_call.h"

#include "core/find_batch.h"

namespace carillon::dingtalk {

Result<BatchRecord> find_callers_task(Context const& context, Caller const& caller,
                                      Parameters const& parameters, std::string_view name,
                                      std::chrono::hours window) {
  CHECK_OK(check_agent(caller, parameters));
  TRY(auto const number, parameters.number(name));
  auto const task = context.task_ids.find(number);
  if (!task) return fail(Errc::batch_unknown);
  auto const find = [&](BatchKey const& key) { return context.engine.find_batch(key); };
  return find_app_batch({caller.tenant, task->batch}, task->generation, caller.app->no, window,
                        caller.now, find);
}

}  // namespace carillon::dingtalk
