#include "core/mark_read.h"

#include <algorithm>
#include <map>
#include <utility>

#include "core/tell_app.h"

namespace carillon {

Result<Decided<MarkReadAnswer>> mark_read(View& view, MarkRead const& command) {
  Decided<MarkReadAnswer> out;
  auto batches = command.batches;
  std::sort(batches.begin(), batches.end());
  batches.erase(std::unique(batches.begin(), batches.end()), batches.end());
  std::map<AppNo, std::vector<EventBatch>> read;  // an app hears once of what was read together
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
    if (record->read != 0) {
      TRY(auto const known, view.has_read(key, command.user));
      if (known) continue;
    }
    auto after = *record;
    ++after.read;
    put_move(out.change, *record, after);
    out.change.receipts.push_back({key, command.user, view.now()});
    read[record->app].push_back({batch, record->generation});
    ++out.answer.newly_read;
  }
  for (auto& [app, messages] : read) {
    Event event;
    event.key.tenant = command.tenant;
    event.app = app;
    event.kind = EventKind::read;
    event.user = command.user;
    event.batches = std::move(messages);
    tell_app(view, out.change, std::move(event));
  }
  return out;
}

}  // namespace carillon
