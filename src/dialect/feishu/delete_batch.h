// DELETE /open-apis/im/v1/batch_messages/:batch_message_id
//
// Source  docs/wire/feishu/delete.md.
// In      Path only; a body, if any, is ignored.
// Out     Empty data: the recall is accepted, get_progress tells how far it is. Recalling again
//         succeeds, however late.
// Errors  HTTP 400: 230001, 230006, 230009 past the recall window, 230026 another app's batch (not
//         230012, as in the queries), 230027, 230030.
// Cost    One decision of the writer.
#pragma once

#include <string>
#include <string_view>

#include "core/recall_batch.h"
#include "dialect/feishu/dialect.h"
#include "dialect/feishu/gateway.h"
#include "dialect/feishu/scopes.h"
#include "http/message.h"

namespace carillon::feishu {

inline constexpr Api kDeleteBatch{0x104, Family::recall, kBatchScopes};

void delete_batch(Context& context, http::Request const& request, http::Reply reply);

// Recalls a batch of either kind that was found to be the caller's, and answers.
void recall(Context& context, Family family, RecallBatch const& command, std::string_view msg,
            std::string log_id, http::Reply reply);

}  // namespace carillon::feishu
