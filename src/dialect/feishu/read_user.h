// GET /open-apis/im/v1/batch_messages/:batch_message_id/read_user
//
// Source  docs/wire/feishu/read_user.md.
// In      Path only; both "bm-" and "bm_" are taken.
// Out     Both counts are JSON strings, and msg is "ok" where get_progress says "success";
//         total_count counts the delivered.
// Errors  As get_progress, 230006 included.
// Cost    As get_progress.
#pragma once

#include <string>

#include "batch/batch.h"
#include "dialect/feishu/dialect.h"
#include "dialect/feishu/gateway.h"
#include "dialect/feishu/scopes.h"
#include "http/message.h"

namespace carillon::feishu {

inline constexpr Api kReadUser{0x103, Family::query, kBatchScopes};

void read_user(Context& context, http::Request const& request, http::Reply const& reply);

// The `data` member.
std::string render_read_user(BatchRecord const& record);

}  // namespace carillon::feishu
