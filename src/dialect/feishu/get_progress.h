// GET /open-apis/im/v1/batch_messages/:batch_message_id/get_progress
//
// Source  docs/wire/feishu/get_progress.md; where page and SDKs disagree: quirks.md.
// In      Path only; both "bm-" and "bm_" are taken.
// Out     Counts are JSON numbers here, though read_user sends such counts as strings.
// Errors  HTTP 400: 230001 bad id, 230006 bot off, 230030 unknown batch or past query_days, 230012
//         another app's batch, 230027 addressed by a scope not held.
// Cost    The hot path: a record from memory and one string; any thread.
#pragma once

#include <string>

#include "batch/batch.h"
#include "dialect/feishu/dialect.h"
#include "dialect/feishu/gateway.h"
#include "dialect/feishu/scopes.h"
#include "http/message.h"

namespace carillon::feishu {

inline constexpr Api kGetProgress{0x102, Family::query, kBatchScopes};

void get_progress(Context& context, http::Request const& request, http::Reply const& reply);

// The `data` member.
std::string render_get_progress(BatchRecord const& record);

}  // namespace carillon::feishu
