// The books of a batch recounted from its sets, slices and receipts: what the stored numbers must
// say. The numbers kept with a batch are caches; this is how we know that they are right.
//
// Source  design.md section 1: valid = pending + delivered + failed + excluded, always.
// Cost    Reads everything about one batch: some 20 us for a few people, milliseconds for a
// million.
#pragma once

#include <string>
#include <vector>

#include "batch/batch.h"
#include "batch/batch_store.h"
#include "batch/content.h"

namespace carillon {

// What is wrong, a sentence each ("delivered is 5, the slices hold 4"); empty: the books balance.
std::vector<std::string> find_imbalance(BatchRecord const& record, AudienceSets const& audience,
                                        std::vector<Slice> const& slices, UserSet const& readers);

// The same for a stored batch. A batch that was written to meanwhile counts as balanced.
// Errors  unavailable from the store; batch_unknown.
Result<std::vector<std::string>> recount(BatchStore& store, BatchKey const& key);

}  // namespace carillon
