// What the sending calls share: from receivers and a message to a batch of the core.
//
// Source  docs/wire/dingtalk/asyncsend_v2.md. Whom a rule of flow control keeps back does not fail
//         the call: such people stand in getsendresult's forbidden lists.
// Errors  invalid_field: no receivers, or too many in a list; image_unknown, content_refused,
//         too_large, low_disk. An Idempotency-Key is honoured.
// Cost    Parsing on the io thread; then one decision of the writer.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/send_batch.h"
#include "dialect/dingtalk/call.h"
#include "dialect/dingtalk/message.h"

namespace carillon::dingtalk {

struct Receivers {
  std::vector<std::string> users;
  std::vector<std::int64_t> departments;
  bool everybody = false;
};

// Whole numbers out of a list of texts.
Result<std::vector<std::int64_t>> numbers_of(std::vector<std::string> const& texts);

// Sends it and gives what was accepted; failures are answered here.
void send_message(Context& context, Call const& call, Answer const& answer, Receivers receivers,
                  ReadMessage message, std::function<void(SendBatchAnswer const&)> accepted);

}  // namespace carillon::dingtalk
