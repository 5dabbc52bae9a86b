#include "dialect/console/live_events.h"

#include "dialect/console/ids.h"
#include "dialect/console/message_json.h"
#include "json/writer.h"

namespace carillon::console {

std::string LiveEvents::message(BatchRecord const& record, Seq seq, Time committed_at,
                                Content const& content) const {
  std::string out;
  json::Writer json(out);
  json.begin_object().field("type", "message").field("cursor", cursor(record.key.tenant, seq));
  append_message(json, engine_.ids(), *engine_.organisation(), record, content, committed_at);
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
