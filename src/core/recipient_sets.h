// Who of a batch is in which of its sets: the sets of design.md section 1, read from the store.
//
// Cost    Reads the sets, slices and receipts of the batch: engine reader threads.
#pragma once

#include <vector>

#include "batch/batch_store.h"

namespace carillon {

struct RecipientSets {
  AudienceSets audience;
  std::vector<Slice> slices;
  UserSet delivered;
  UserSet failed;
  UserSet readers;
  UserSet rest;  // deliverable, neither delivered nor failed: pending, or turned over
};

Result<RecipientSets> load_recipient_sets(BatchStore& store, BatchKey const& key);

}  // namespace carillon
