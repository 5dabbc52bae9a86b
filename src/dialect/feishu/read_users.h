// GET /open-apis/im/v1/messages/:message_id/read_users?user_id_type&page_size&page_token
//
// Source  docs/wire/feishu/messages.md. A message to one person has one reader at most, so there is
//         one page, and no page_token of ours to come back with.
// Errors  HTTP 400: 99992402 parameters; 230006 230012 230030 230033 230054; 99991672 for
//         user_id_type=user_id without its scope.
// Cost    One look into the store, on a reader thread.
#pragma once

#include <string>

#include "dialect/feishu/dialect.h"
#include "http/message.h"

namespace carillon::feishu {

void read_users(Context& context, http::Request const& request, http::Reply reply);

}  // namespace carillon::feishu
