#include "dialect/console/ids.h"

#include <chrono>

namespace carillon::console {

std::string batch_id(IdSealer const& ids, BatchRecord const& record) {
  return "bm-" + batch_id_hex(ids, record);
}

std::string message_id(IdSealer const& ids, BatchRecord const& record, UserNo user) {
  return "om_" + message_id_hex(ids, record, user);
}

std::optional<BatchRecord> own_batch(Engine const& engine, Caller const& caller,
                                     std::string_view message_id) {
  constexpr std::string_view kPrefix = "om_";
  if (!message_id.starts_with(kPrefix)) return std::nullopt;
  auto const at = engine.ids().unseal(IdKind::message, message_id.substr(kPrefix.size()));
  if (!at || at->tenant != caller.tenant.value || at->minor != caller.user.value) {
    return std::nullopt;
  }
  auto record = engine.find_batch({caller.tenant, BatchNo{at->major}});
  if (record && record->generation != at->generation) record.reset();
  return record;
}

std::optional<BatchRecord> tenant_batch(Engine const& engine, Caller const& caller,
                                        std::string_view batch_id) {
  auto const hex = parse_batch_id(batch_id);
  if (!hex) return std::nullopt;
  auto const record =
      find_tenant_batch(engine.ids(), *hex, caller.tenant,
                        [&](BatchKey const& key) { return engine.find_batch(key); });
  if (!record) return std::nullopt;
  return *record;
}

Result<std::string_view> parse_batch_id(std::string_view text) {
  if (!text.starts_with("bm-") && !text.starts_with("bm_")) return fail(Errc::bad_batch_id);
  return text.substr(3);
}

Result<BatchRecord> find_visible_batch(Engine const& engine, Caller const& caller,
                                       std::string_view id) {
  TRY(auto const hex, parse_batch_id(id));
  auto const find = [&](BatchKey const& key) { return engine.find_batch(key); };
  if (caller.kind == CallerKind::app) {
    auto found = find_app_batch(engine.ids(), hex, caller.tenant, caller.app->no,
                                std::chrono::hours(0), caller.now, find);
    if (!found) return fail(Errc::batch_unknown);
    return found;
  }
  auto const at = engine.ids().unseal(IdKind::batch, hex);
  if (!at) return fail(Errc::batch_unknown);
  return find_tenant_batch(engine.ids(), hex, TenantNo{at->tenant}, find);
}

}  // namespace carillon::console
