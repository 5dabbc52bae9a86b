#include "core/steer_batch.h"

namespace carillon {
namespace {

Result<BatchRecord> get_batch(View& view, BatchKey const& key) {
  auto const record = view.find_batch(key);
  if (!record) return fail(Errc::batch_unknown);
  return *record;
}

bool is_under_way(BatchState state) {
  return state == BatchState::accepted || state == BatchState::scheduled ||
         state == BatchState::sending;
}

// The last in its app's queue from now on.
Decided<Nothing> put_at_the_end(View& view, BatchRecord const& record) {
  auto const before = view.counters(record.key.tenant);
  auto counters = before;
  auto after = record;
  after.state = record.position == 0 ? BatchState::accepted : BatchState::sending;
  after.queue_no = before.next_queue_no;
  ++counters.next_queue_no;
  Decided<Nothing> out;
  put_move(out.change, record, after);
  out.change.counters[record.key.tenant] = {before, counters};
  return out;
}

}  // namespace

Result<Decided<Nothing>> pause_batch(View& view, BatchKey const& key) {
  TRY(auto const record, get_batch(view, key));
  Decided<Nothing> out;
  if (record.state == BatchState::paused) return out;
  if (!is_under_way(record.state)) return fail(Errc::batch_state, "nothing of it is still to send");
  auto after = record;
  after.state = BatchState::paused;
  put_move(out.change, record, after);
  return out;
}

Result<Decided<Nothing>> resume_batch(View& view, ResumeBatch const& command) {
  TRY(auto const record, get_batch(view, command.key));
  if (record.state != BatchState::paused) {
    return fail(Errc::batch_state, "the batch is not paused");
  }
  if (!command.of_any_generation && record.generation != view.generation()) {
    return fail(Errc::forbidden, "the operator resumes what a started copy found unfinished");
  }
  if (record.send_at <= view.now()) return put_at_the_end(view, record);
  auto after = record;
  after.state = BatchState::scheduled;
  Decided<Nothing> out;
  put_move(out.change, record, after);
  return out;
}

Result<Decided<Nothing>> cancel_batch(View& view, BatchKey const& key) {
  TRY(auto const record, get_batch(view, key));
  Decided<Nothing> out;
  if (record.state == BatchState::canceled) return out;
  if (record.state != BatchState::paused && !is_under_way(record.state)) {
    return fail(Errc::batch_state, "nothing of it is still to send");
  }
  auto after = record;
  after.state = BatchState::canceled;
  after.canceled_at = view.now();
  after.excluded += after.pending();
  put_move(out.change, record, after);
  return out;
}

Result<Decided<Nothing>> join_queue(View& view, BatchKey const& key) {
  TRY(auto const record, get_batch(view, key));
  if (record.state != BatchState::scheduled || record.send_at > view.now()) {
    return Decided<Nothing>{};
  }
  return put_at_the_end(view, record);
}

}  // namespace carillon
