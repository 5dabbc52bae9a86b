#include "dialect/console/live_events.h"

#include "dialect/console/ids.h"
#include "dialect/console/times.h"
#include "json/writer.h"

namespace carillon::console {

std::string LiveEvents::message(BatchRecord const& record, Seq seq, Time committed_at,
                                Content const& content) const {
  auto const organisation = engine_.organisation();
  auto const* app = organisation->apps->find(record.app);
  std::string out;
  json::Writer json(out);
  json.begin_object()
      .field("type", "message")
      .field("cursor", cursor(record.key.tenant, seq))
      .field("batch_id", batch_id(engine_.ids(), record));
  json.begin_object("app")
      .field("app_id", app ? std::string_view(app->app_id) : "")
      .field("name", app ? std::string_view(app->name) : "")
      .end_object();
  json.field("msg_type", content.msg_type).key("content").raw(content.json);
  append_time(json, "sent_at", committed_at);
  json.end_object();
  return out;
}

std::string LiveEvents::recall(BatchRecord const& record) const {
  std::string out;
  json::Writer(out)
      .begin_object()
      .field("type", "recall")
      .field("cursor", cursor(record.key.tenant, record.recall_seq))
      .field("batch_id", batch_id(engine_.ids(), record))
      .end_object();
  return out;
}

std::string LiveEvents::read(TenantNo tenant, std::span<BatchNo const> batches) const {
  std::string out;
  json::Writer json(out);
  json.begin_object().field("type", "read").begin_array("batch_ids");
  for (auto const batch : batches) {
    if (auto const record = engine_.find_batch({tenant, batch})) {
      json.string(batch_id(engine_.ids(), *record));
    }
  }
  json.end_array().end_object();
  return out;
}

std::string LiveEvents::ready(TenantNo tenant, Seq seq) const { return bare("ready", tenant, seq); }
std::string LiveEvents::resync(TenantNo tenant, Seq seq) const {
  return bare("resync", tenant, seq);
}

std::string LiveEvents::bare(std::string_view type, TenantNo tenant, Seq seq) const {
  std::string out;
  json::Writer(out)
      .begin_object()
      .field("type", type)
      .field("cursor", cursor(tenant, seq))
      .end_object();
  return out;
}

std::string LiveEvents::cursor(TenantNo tenant, Seq seq) const {
  return cursors_.seal(CursorKind::live, tenant.value, seq.value);
}

Result<Seq> LiveEvents::read_cursor(TenantNo tenant, std::string_view text) const {
  TRY(auto const seq, cursors_.unseal(CursorKind::live, tenant.value, text));
  return Seq{seq};
}

}  // namespace carillon::console
