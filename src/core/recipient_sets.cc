#include "core/recipient_sets.h"

namespace carillon {

Result<RecipientSets> load_recipient_sets(BatchStore& store, BatchKey const& key) {
  RecipientSets out;
  TRY(out.slices, store.slices(key));
  TRY(out.audience, store.audience(key));
  TRY(out.readers, store.readers(key));
  for (auto const& slice : out.slices) {
    out.delivered |= slice.delivered;
    out.failed |= slice.failed;
  }
  out.rest = out.audience.deliverable - out.delivered - out.failed;
  return out;
}

}  // namespace carillon
