// Reading what was written about batches. Writing goes through ledger/ledger.h.
//
// Errors  unavailable if the store does not answer.
// Cost    A call may wait for the disk: engine threads only. One instance serves one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "batch/batch.h"
#include "batch/content.h"

namespace carillon {

struct StoredBatch {
  BatchRecord record;
  Content content;
  InvalidIds invalid;
};

// A committed piece of delivery: one block of one batch, or all of a small audience at once.
struct Slice {
  BatchKey batch;
  Seq seq;
  std::optional<BlockNo> block;  // none: a small audience, found per person (inbox/placement.h)
  Time committed_at{};
  UserSet delivered;
  UserSet failed;  // deliverable, but gone since acceptance
};

struct Receipt {
  BatchKey batch;
  UserNo user;
  Time read_at{};

  friend bool operator==(Receipt const&, Receipt const&) = default;
};

// A batch as memory has it; none: there is no such batch, or it was purged.
using FindBatch = std::function<std::optional<BatchRecord>(BatchKey const&)>;

class BatchStore {
 public:
  virtual ~BatchStore() = default;

  // In the order in which they were asked for; none where there is no such batch.
  virtual Result<std::vector<std::optional<StoredBatch>>> find_batches(
      TenantNo tenant, std::span<BatchNo const> batches) = 0;
  Result<std::optional<StoredBatch>> find_batch(BatchKey batch) {
    TRY(auto found, find_batches(batch.tenant, {&batch.batch, 1}));
    return std::move(found.front());
  }
  virtual Result<AudienceSets> audience(BatchKey batch) = 0;
  // All slices of a batch, by seq.
  virtual Result<std::vector<Slice>> slices(BatchKey batch) = 0;
  // First reads with a user not below `from`, ascending by user, at most `limit`.
  virtual Result<std::vector<Receipt>> receipts(BatchKey batch, UserNo from, std::size_t limit) = 0;
  // Who of a batch has read it.
  virtual Result<UserSet> readers(BatchKey batch) = 0;
  // Newest first, numbers below `before` (0: from the newest); app 0: of every app.
  virtual Result<std::vector<BatchRecord>> list(TenantNo tenant, AppNo app, BatchKind kind,
                                                BatchNo before, std::size_t limit) = 0;
};

}  // namespace carillon
