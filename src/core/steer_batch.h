// Steering a batch that is under way: hold it, let it go on, send it to nobody else, and let a
// scheduled one join its app's queue.
//
// Source  design.md section 2, the arrows of batch/batch.h. Who has the batch keeps it; repeating a
//         call changes nothing.
// Errors  batch_unknown; batch_state where the arrow does not start.
// Cost    Pure; memory only.
#pragma once

#include "core/recall_batch.h"
#include "core/view.h"

namespace carillon {

Result<Decided<Nothing>> pause_batch(View& view, BatchKey const& key);

struct ResumeBatch {
  BatchKey key;
  // A batch of an older generation waits because this is a started copy of a backup, and the
  // original may have sent it: that is the operator's to decide.
  bool of_any_generation = true;
};
// Lets it join its app's queue again, at the end; one whose time has not come waits for it again.
// Errors  also forbidden: of an older generation.
Result<Decided<Nothing>> resume_batch(View& view, ResumeBatch const& command);

// Whoever is pending becomes excluded.
Result<Decided<Nothing>> cancel_batch(View& view, BatchKey const& key);

// A scheduled batch whose time has come joins its app's queue; any other stays as it is.
Result<Decided<Nothing>> join_queue(View& view, BatchKey const& key);

}  // namespace carillon
