// A batch: one accepted message and the set of people it goes to, at one instant.
//
// States, and who takes the arrow (core/):
//
//   accepted --deliver_slices--> sending --deliver_slices--> sent
//   scheduled --join_queue--> accepted              (at its time, at the end of its app's queue)
//   accepted, scheduled, sending --pause_batch--> paused
//   paused ----resume_batch----> accepted, sending or scheduled    (again at the end of the queue)
//   accepted, scheduled, paused, sending --cancel_batch--> canceled
//   any but recalling, recalled --recall_batch--> recalling --deliver_slices--> recalled
//
//   accepted   waits for its turn in the app's queue; nobody has it
//   scheduled  waits for its time; nobody has it
//   paused     waits for whoever goes on with it; may have been sent in part
//   sending    everybody below `position` has it
//   sent       every deliverable user has it or is counted as failed
//   canceled   nobody else will get it; may have been sent in part
//   recalling  hidden everywhere from the commit of the recall on; only `recalled` still climbs
//   recalled   the count has arrived at `delivered`
//
// Shape   Balanced books: valid = pending + delivered + failed + excluded, at every instant.
// Source  design.md sections 1 and 2. Numbers here are caches of set sizes, changed in the same
//         transaction as the sets; books.h recounts them.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "audience/flow.h"
#include "base/clock.h"
#include "directory/numbers.h"

namespace carillon {

struct BatchTag {};
using BatchNo = Number<BatchTag, std::uint64_t>;  // below 2^40, ascending per tenant
struct SeqTag {};
using Seq = Number<SeqTag, std::uint64_t>;  // the tenant's contiguous order of commits

struct BatchKey {
  TenantNo tenant;
  BatchNo batch;

  friend auto operator<=>(BatchKey const&, BatchKey const&) = default;
};

enum class BatchState : std::uint8_t {
  accepted = 1,
  paused = 2,
  sending = 3,
  sent = 4,
  recalling = 5,
  recalled = 6,
  scheduled = 7,
  canceled = 8,
};

// A batch for many, or a message that was sent to one person by a call of its own.
enum class BatchKind : std::uint8_t { bulk = 0, single = 1 };

// What changes while a batch lives, small enough to keep one for every batch in memory.
struct BatchRecord {
  BatchKey key;
  AppNo app;
  std::uint8_t generation = 0;
  BatchState state = BatchState::accepted;
  BatchKind kind = BatchKind::bulk;  // a single one has a lane of its own and uses no quota
  bool addressed_users = false;      // how the request named people: decides scopes of later calls
  bool addressed_departments = false;
  bool addressed_everybody = false;
  bool counts_in_flow = false;        // its people count in the rules of flow control
  std::uint32_t revision = 1;         // rises with every write; what a writer expects to find
  std::uint64_t queue_no = 0;         // the tenant's order of joining queues
  std::uint64_t position = 0;         // users below it were handled (a bound: may reach 2^32)
  std::uint64_t recall_position = 0;  // the same for counting a recall
  Time accepted_at{};
  Time send_at{};      // when a scheduled one joins its queue; 0: it did so when accepted
  Time sent_at{};      // of the last slice; 0: not yet
  Time canceled_at{};  // 0: it is not
  Time recalled_at{};  // of the recall's acceptance; 0: none
  Seq recall_seq;      // the recall's place among the tenant's slices
  BatchNo reminds;     // the batch to whose unread this one went; 0: none
  std::uint8_t reminds_generation = 0;  // of its outside id
  std::uint32_t valid = 0;
  std::uint32_t excluded = 0;     // at acceptance, and pending people when recalled or canceled
  std::uint32_t unavailable = 0;  // of excluded: outside the app's availability
  std::array<std::uint32_t, kFlowRules> withheld{};  // of excluded: by each rule
  std::uint32_t delivered = 0;
  std::uint32_t failed = 0;
  std::uint32_t read = 0;
  std::uint32_t recalled = 0;

  // Excluded since the acceptance: by the cancel, else by the recall.
  std::uint32_t turned_over() const {
    return excluded - unavailable - std::accumulate(withheld.begin(), withheld.end(), 0u);
  }
  std::uint32_t canceled_before_delivery() const { return canceled() ? turned_over() : 0; }
  std::uint32_t recalled_before_delivery() const { return canceled() ? 0 : turned_over(); }
  std::uint32_t pending() const { return valid - excluded - delivered - failed; }
  bool recall_requested() const { return recalled_at != Time{}; }
  bool canceled() const { return canceled_at != Time{}; }
  // Since when windows and retention count.
  Time began_at() const { return std::max(accepted_at, send_at); }
  bool finished() const {
    return state == BatchState::sent || state == BatchState::recalled ||
           state == BatchState::canceled;
  }

  friend bool operator==(BatchRecord const&, BatchRecord const&) = default;
};

}  // namespace carillon

template <>
struct std::hash<carillon::BatchKey> {
  std::size_t operator()(carillon::BatchKey const& key) const noexcept {
    return (std::uint64_t{key.tenant.value} << 40 ^ key.batch.value) * 0x9e3779b97f4a7c15;
  }
};
