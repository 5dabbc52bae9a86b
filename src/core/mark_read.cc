#include "core/mark_read.h"

#include <algorithm>

namespace carillon {

Result<Decided<MarkReadAnswer>> mark_read(View& view, MarkRead const& command) {
  Decided<MarkReadAnswer> out;
  auto batches = command.batches;
  std::sort(batches.begin(), batches.end());
  batches.erase(std::unique(batches.begin(), batches.end()), batches.end());
  for (auto const batch : batches) {
    BatchKey const key{command.tenant, batch};
    auto const record = view.find_batch(key);
    if (!record || command.user.value >= record->position) continue;
    TRY(auto const audience, view.audience(key));
    if (!audience->deliverable.contains(command.user)) continue;
    if (record->failed != 0) {
      TRY(auto const failed, view.has_failed(key, command.user));
      if (failed) continue;
    }
    TRY(auto const known, view.has_read(key, command.user));
    if (known) continue;
    auto after = *record;
    ++after.read;
    put_move(out.change, *record, after);
    out.change.receipts.push_back({key, command.user, view.now()});
    ++out.answer.newly_read;
  }
  return out;
}

}  // namespace carillon
