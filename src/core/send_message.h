// Sending a message to one person: a batch of one, in a lane of its own and outside the quota.
//
// Source  docs/wire/feishu/messages.md. Unlike a batch, which takes whom it can reach, a message to
//         somebody who cannot get it is refused.
// Errors  Those of send_batch(); receiver_unknown, receiver_unavailable.
#pragma once

#include "core/send_batch.h"

namespace carillon {

struct SendMessageAnswer {
  BatchKey key;
  std::uint8_t generation = 0;
  UserNo to;
  bool repeated = false;  // the call was answered before: key and `to` are of that one
};

// `command` names one person.
Result<Decided<SendMessageAnswer>> send_message(View& view, SendBatch const& command,
                                                SendRights const& rights);

// Who got a message, and when they first read it; from the store.
struct MessageReader {
  UserNo user;
  Time read_at{};  // Time{}: not yet
};
Result<std::optional<MessageReader>> find_message_reader(BatchStore& store, BatchKey const& key);

}  // namespace carillon
