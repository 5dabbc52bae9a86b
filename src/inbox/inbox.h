// A person's inbox: pages newest first, and how many messages are unread.
//
// Shape   Two streams merged by seq: messages placed per person, and the slices of the person's
//         block that hold them. Recalled batches are not there (I6).
// Source  design.md section 1 and 5. `before` is opaque outside and carries a seq.
// Errors  unavailable from the store.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "batch/batch.h"
#include "batch/batch_store.h"
#include "inbox/block_logs.h"
#include "inbox/inbox_store.h"

namespace carillon {

struct InboxMessage {
  InboxEntry entry;
  BatchRecord record;
  Content content;
  Time read_at{};  // Time{}: unread
};

struct InboxPage {
  std::vector<InboxMessage> messages;
  Seq next;  // where the next page begins; 0: this is the last one
  std::uint64_t unread = 0;
};

struct InboxQuery {
  TenantNo tenant;
  UserNo user;
  Seq before;  // 0: from the newest
  std::size_t limit = 20;
};

Result<InboxPage> read_inbox(InboxStore& inbox, BatchStore& batches, BlockLogs& logs,
                             std::function<std::optional<BatchRecord>(BatchKey const&)> const& find,
                             InboxQuery const& query);

}  // namespace carillon
