#include "core/start_copy.h"

namespace carillon {

Change pause_unfinished(StoredState& state) {
  Change out;
  for (auto& record : state.batches) {
    if (record.state != BatchState::accepted && record.state != BatchState::sending) continue;
    auto const from = record.revision;
    record.state = BatchState::paused;
    ++record.revision;
    out.batch_moves[record.key] = {from, record};
  }
  return out;
}

}  // namespace carillon
