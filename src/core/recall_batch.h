// Taking a batch back. Its acceptance hides the batch everywhere; only the count climbs afterwards.
//
// Source  design.md section 2.4. People who do not have it yet become excluded; repeating a recall
//         changes nothing and succeeds.
// Errors  batch_unknown, recall_too_late.
#pragma once

#include <chrono>
#include <cstdint>

#include "core/view.h"

namespace carillon {

struct RecallBatch {
  BatchKey key;
  std::chrono::hours window{0};  // since it began; 0: no limit
};

// How long after it began a batch of that tenant may be recalled: the tenant's own hours,
// else `usual_hours`. 0 of either: without limit; `usual_hours` 0 switches the rule off for all.
std::chrono::hours recall_window(std::uint32_t usual_hours, Tenant const& tenant);

struct Nothing {};

Result<Decided<Nothing>> recall_batch(View& view, RecallBatch const& command);

}  // namespace carillon
