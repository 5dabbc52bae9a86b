// Reading what reached a person. Writing goes through ledger/ledger.h.
//
// Errors  unavailable if the store does not answer.
// Cost    A call may wait for the disk: engine threads only. One instance serves one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "batch/batch.h"
#include "batch/batch_store.h"
#include "people/user_set.h"

namespace carillon {

// A message in one person's inbox.
struct InboxEntry {
  Seq seq;
  BatchNo batch;
  Time committed_at{};
};

// A slice of one block as every person of the block shares it.
struct BlockEntry {
  InboxEntry entry;
  std::shared_ptr<UserSet const> delivered;
};

class InboxStore {
 public:
  virtual ~InboxStore() = default;

  // Messages placed per person; newest first, seq below `before` (0: from the newest).
  virtual Result<std::vector<InboxEntry>> person_entries(TenantNo tenant, UserNo user, Seq before,
                                                         std::size_t limit) = 0;
  // Slices placed per block with seq above `after`, oldest first.
  virtual Result<std::vector<BlockEntry>> block_entries(TenantNo tenant, BlockNo block, Seq after,
                                                        std::size_t limit) = 0;
  // When this person first read each of these batches; Time{} where they have not.
  virtual Result<std::vector<Time>> read_times(TenantNo tenant, UserNo user,
                                               std::span<BatchNo const> batches) = 0;
};

}  // namespace carillon
