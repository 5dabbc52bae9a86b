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
  if (command.window.count() != 0 && view.now() - record->began_at() > command.window) {
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

}  // namespace carillon
