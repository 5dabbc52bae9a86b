#include "core/start_copy.h"

namespace carillon {

Change pause_unfinished(StoredState& state) {
  Change out;
  for (auto& record : state.batches) {
    if (record.finished() || record.state == BatchState::paused ||
        record.state == BatchState::recalling) {
      continue;
    }
    auto const from = record.revision;
    record.state = BatchState::paused;
    ++record.revision;
    out.batch_moves[record.key] = {from, record};
  }
  for (auto& stored : state.events) {
    if (stored.state != EventState::waiting) continue;
    stored.state = EventState::dead;
    stored.problem = "this is a copy: the original may have told it";
    out.event_moves[stored.event.key] = {false, EventState::dead, stored.attempts, Time{},
                                         stored.problem};
  }
  return out;
}

}  // namespace carillon
