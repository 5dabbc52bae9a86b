// What the three im/v1 calls about one batch share: from a path parameter to that batch.
//
// Source  docs/wire/feishu/quirks.md: which batch whom concerns.
// Errors  In this order: bad_batch_id, bot_off, batch_unknown, batch_foreign,
//         addressing_scope_missing: the app holds a scope of the two, but not one by which this
//         batch was addressed.
// Cost    Memory only, no allocation; any thread.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "batch/batch.h"
#include "dialect/feishu/gateway.h"

namespace carillon::feishu {

// `window`: how old the batch may be; 0: any age.
Result<BatchRecord> find_callers_batch(Engine const& engine, Caller const& caller,
                                       std::string_view batch_message_id,
                                       std::chrono::hours window);

// Answers a query about one batch of the caller's, within the window of such queries: `render`
// gives the `data` member.
void answer_query(Context& context, http::Request const& request, http::Reply const& reply,
                  Api const& api, std::string_view msg, std::string (*render)(BatchRecord const&));

// Does the app hold a scope by which this batch could have been addressed?
Result<void> check_addressing(App const& app, BatchRecord const& record);

}  // namespace carillon::feishu
