// What the calls about one task share: from agent_id and task number to the app's batch.
//
// Errors  invalid_field: a number that is missing, or an agent_id that is not the app's own.
//         batch_unknown, batch_foreign: to clients all of them are one code.
// Cost    Memory only; any thread.
#pragma once

#include <chrono>
#include <string_view>

#include "batch/batch.h"
#include "dialect/dingtalk/gateway.h"

namespace carillon::dingtalk {

// `name` is what the call calls the task's number; `window` how old it may be, 0: any age.
Result<BatchRecord> find_callers_task(Context const& context, Caller const& caller,
                                      Parameters const& parameters, std::string_view name,
                                      std::chrono::hours window);

}  // namespace carillon::dingtalk
