// One step of sending or of counting a recall: at most one slice of one batch.
//
// Shape   A small audience is one slice; a large one a slice for each block of UserNos, ascending.
//         The step asks the state of the batch again, so a recall decided before it is obeyed.
// Source  design.md section 1 (slices), 2.2 and 2.4.
#pragma once

#include "core/view.h"

namespace carillon {

struct SliceStep {
  bool finished = false;  // the batch needs no further steps
};

Result<Decided<SliceStep>> deliver_slice(View& view, BatchKey const& key);

}  // namespace carillon
