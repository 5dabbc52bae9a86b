// A person's inbox: pages newest first, and how many messages are unread.
//
// Shape   Two streams merged by seq: messages placed per person, and the slices of the person's
//         block that hold them. Recalled batches are not there (I6).
// Source  design.md section 1 and 5. `before` is opaque outside and carries a seq.
// Errors  unavailable from the store.
#pragma once

#include <cstdint>
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
                             FindBatch const& find, InboxQuery const& query);

// What happened to a person's messages in the slices and recalls from `after` to `until`, the first
// left out: new messages, oldest first, and recalls of older ones.
struct NewsQuery {
  TenantNo tenant;
  UserNo user;
  Seq after;
  Seq until;
  std::size_t messages_max;       // and recalls; of more none is given
  std::size_t content_bytes_max;  // beyond it only the first messages are given, at least one
};

struct InboxNews {
  enum class Extent : std::uint8_t { all, first, too_many };
  Extent extent = Extent::all;
  std::vector<InboxMessage> messages;  // those recalled meanwhile are not there
  std::vector<BatchRecord> recalled;   // as far as the last of `messages` unless the extent is all
  std::vector<BatchNo> read;           // of `messages`, and of the newest ones before them
};

Result<InboxNews> read_news(InboxStore& inbox, BatchStore& batches, BlockLogs& logs,
                            FindBatch const& find, NewsQuery const& query);

}  // namespace carillon
