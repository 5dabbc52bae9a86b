#include "core/tell_app.h"

#include <utility>

namespace carillon {

void tell_app(View& view, Change& change, Event event) {
  auto const organisation = view.organisation();
  auto const* app = organisation->apps->find(event.app);
  if (app == nullptr || !app->listens()) return;
  auto const tenant = event.key.tenant;
  auto const before = view.counters(tenant);
  auto& move = change.counters.try_emplace(tenant, CounterMove{before, before}).first->second;
  event.key.event = move.to.next_event;
  move.to.next_event = EventNo{event.key.event.value + 1};
  event.at = view.now();
  event.generation = view.generation();
  change.events.push_back(std::move(event));
}

void tell_app(View& view, Change& change, EventKind kind, BatchRecord const& record) {
  if (record.kind == BatchKind::single) return;  // its sender has no id of a batch for it
  Event event;
  event.key.tenant = record.key.tenant;
  event.app = record.app;
  event.kind = kind;
  event.batches.push_back({record.key.batch, record.generation});
  event.valid = record.valid;
  event.delivered = record.delivered;
  event.failed = record.failed;
  event.excluded = record.excluded;
  event.recalled = record.recalled;
  tell_app(view, change, std::move(event));
}

}  // namespace carillon
