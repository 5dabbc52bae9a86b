#include "dialect/console/push_events.h"

#include "dialect/console/ids.h"
#include "json/writer.h"

namespace carillon::console {

std::string PushEvents::knock(BatchRecord const& record) const {
  auto const organisation = engine_.organisation();
  auto const* app = organisation->apps->find(record.app);
  std::string out;
  json::Writer(out)
      .begin_object()
      .field("type", "message")
      .field("batch_id", batch_id(engine_.ids(), record))
      .begin_object("app")
      .field("app_id", app ? std::string_view(app->app_id) : "")
      .field("name", app ? std::string_view(app->name) : "")
      .end_object()
      .end_object();
  return out;
}

}  // namespace carillon::console
