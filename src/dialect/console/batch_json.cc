#include "dialect/console/batch_json.h"

#include <array>
#include <utility>

#include "dialect/console/ids.h"
#include "dialect/console/times.h"

namespace carillon::console {
namespace {

constexpr std::array<std::pair<BatchState, std::string_view>, 8> kStates{{
    {BatchState::accepted, "accepted"},
    {BatchState::paused, "paused"},
    {BatchState::sending, "sending"},
    {BatchState::sent, "sent"},
    {BatchState::recalling, "recalling"},
    {BatchState::recalled, "recalled"},
    {BatchState::scheduled, "scheduled"},
    {BatchState::canceled, "canceled"},
}};

// Members only; the braces are the caller's.
void append_progress(json::Writer& json, IdSealer const& ids, Organisation const& organisation,
                     BatchRecord const& record) {
  auto const* directory = organisation.find(record.key.tenant);
  auto const* app = organisation.apps->find(record.app);
  json.field("batch_id", batch_id(ids, record))
      .field("tenant_key", directory ? std::string_view(directory->tenant().tenant_key) : "")
      .field("app_id", app ? std::string_view(app->app_id) : "")
      .field("state", name_of(record.state))
      .field("kind", record.kind == BatchKind::single ? "single" : "bulk")
      .field("valid", record.valid)
      .field("pending", record.pending())
      .field("delivered", record.delivered)
      .field("failed", record.failed)
      .field("excluded", record.excluded);
  append_reads(json, app, record.delivered, record.read);
  json.field("recalled", record.recalled);
  json.begin_object("reasons")
      .field("not_available_to_app", record.unavailable)
      .field("recalled_before_delivery", record.recalled_before_delivery())
      .field("canceled_before_delivery", record.canceled_before_delivery())
      .field("gone_since_acceptance", record.failed);
  for (std::size_t rule = 0; rule < kFlowRules; ++rule) {
    json.field(name_of(static_cast<FlowRule>(rule)), record.withheld[rule]);
  }
  json.end_object();
  append_time(json, "accepted_at", record.accepted_at);
  append_time(json, "send_at", record.send_at);
  append_time(json, "sent_at", record.sent_at);
  append_time(json, "canceled_at", record.canceled_at);
  append_time(json, "recalled_at", record.recalled_at);
  json.key("reminds");
  if (record.reminds) {
    BatchKey const reminded{record.key.tenant, record.reminds};
    json.string("bm-" + batch_id_hex(ids, reminded, record.reminds_generation));
  } else {
    json.null();
  }
}

}  // namespace

void append_reads(json::Writer& json, App const* app, std::uint64_t delivered, std::uint64_t read) {
  if (app != nullptr && app->receipts == ReceiptPolicy::off) {
    json.key("read").null().key("unread").null();
  } else {
    json.field("read", read).field("unread", delivered - read);
  }
}

std::string_view name_of(BatchState state) {
  for (auto const& [value, name] : kStates) {
    if (value == state) return name;
  }
  return {};
}

std::optional<BatchState> find_batch_state(std::string_view name) {
  for (auto const& [value, known] : kStates) {
    if (known == name) return value;
  }
  return std::nullopt;
}

std::string render_progress(IdSealer const& ids, Organisation const& organisation,
                            BatchRecord const& record) {
  std::string out;
  json::Writer json(out);
  json.begin_object();
  append_progress(json, ids, organisation, record);
  json.end_object();
  return out;
}

void append_batch(json::Writer& json, IdSealer const& ids, Organisation const& organisation,
                  BatchRecord const& record, std::string_view msg_type, InvalidIds const& invalid,
                  std::string_view content) {
  json.begin_object();
  append_progress(json, ids, organisation, record);
  json.field("msg_type", msg_type);
  if (!content.empty()) json.key("content").raw(content);
  json.begin_object("invalid");
  json.texts("department_ids", invalid.department_ids);
  json.texts("open_ids", invalid.open_ids);
  json.texts("user_ids", invalid.user_ids);
  json.texts("union_ids", invalid.union_ids);
  json.end_object().end_object();
}

}  // namespace carillon::console
