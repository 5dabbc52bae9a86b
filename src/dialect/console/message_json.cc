#include "dialect/console/message_json.h"

#include <string_view>

#include "dialect/console/ids.h"
#include "dialect/console/times.h"

namespace carillon::console {

void append_message(json::Writer& json, IdSealer const& ids, Organisation const& organisation,
                    BatchRecord const& record, Content const& content, Time sent_at) {
  auto const* const app = organisation.apps->find(record.app);
  json.field("batch_id", batch_id(ids, record));
  json.begin_object("app")
      .field("app_id", app ? std::string_view(app->app_id) : "")
      .field("name", app ? std::string_view(app->name) : "")
      .end_object();
  json.field("msg_type", content.msg_type).key("content").raw(content.json);
  append_time(json, "sent_at", sent_at);
}

}  // namespace carillon::console
