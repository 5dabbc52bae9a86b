#include "core/recall_batch.h"

#include <utility>

#include "core/tell_app.h"

namespace carillon {

std::chrono::hours recall_window(std::uint32_t usual_hours, Tenant const& tenant) {
  if (usual_hours == 0) return std::chrono::hours(0);
  return std::chrono::hours(tenant.recall_hours.value_or(usual_hours));
}

Result<Decided<Nothing>> recall_batch(View& view, RecallBatch const& command) {
  auto const record = view.find_batch(command.key);
  if (!record) return fail(Errc::batch_unknown);
  Decided<Nothing> out;
  if (record->recall_requested()) return out;
  if (command.window.count() != 0 && view.now() - record->accepted_at > command.window) {
    return fail(Errc::recall_too_late);
  }
  auto after = *record;
  after.recalled_at = view.now();
  after.excluded += after.pending();
  after.state = after.delivered == 0 ? BatchState::recalled : BatchState::recalling;
  auto const before = view.counters(command.key.tenant);
  auto counters = before;
  counters.seq = Seq{before.seq.value + 1};
  after.recall_seq = counters.seq;
  put_move(out.change, *record, after);
  out.change.counters[command.key.tenant] = {before, counters};
  if (after.state == BatchState::recalled) {
    tell_app(view, out.change, EventKind::recalled, after);
  }
  return out;
}

Result<Decided<Nothing>> resume_batch(View& view, BatchKey const& key) {
  auto const record = view.find_batch(key);
  if (!record) return fail(Errc::batch_unknown);
  if (record->state != BatchState::paused) {
    return fail(Errc::batch_state, "the batch is not paused");
  }
  auto const before = view.counters(key.tenant);
  auto counters = before;
  auto after = *record;
  after.state = after.position == 0 ? BatchState::accepted : BatchState::sending;
  after.queue_no = before.next_queue_no;
  ++counters.next_queue_no;
  Decided<Nothing> out;
  put_move(out.change, *record, after);
  out.change.counters[key.tenant] = {before, counters};
  return out;
}

}  // namespace carillon
