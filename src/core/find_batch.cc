#include "core/find_batch.h"

namespace carillon {

namespace {

Result<BatchRecord> find_generation(BatchKey const& key, std::uint8_t generation,
                                    FindBatch const& find) {
  auto const record = find(key);
  if (!record || record->generation != generation) return fail(Errc::batch_unknown);
  return *record;
}

Result<Coordinates> unseal_batch(IdSealer const& ids, std::string_view hex, TenantNo tenant) {
  auto const at = ids.unseal(IdKind::batch, hex);
  if (!at || at->tenant != tenant.value) return fail(Errc::batch_unknown);
  return *at;
}

}  // namespace

Result<BatchRecord> find_app_batch(BatchKey const& key, std::uint8_t generation, AppNo app,
                                   std::chrono::hours window, Time now, FindBatch const& find) {
  TRY(auto record, find_generation(key, generation, find));
  if (record.app != app) return fail(Errc::batch_foreign);
  if (window.count() != 0 && now - record.began_at() > window) return fail(Errc::batch_unknown);
  return record;
}

Result<BatchRecord> find_tenant_batch(IdSealer const& ids, std::string_view hex, TenantNo tenant,
                                      FindBatch const& find) {
  TRY(auto const at, unseal_batch(ids, hex, tenant));
  return find_generation({tenant, BatchNo{at.major}}, at.generation, find);
}

Result<BatchRecord> find_app_batch(IdSealer const& ids, std::string_view hex, TenantNo tenant,
                                   AppNo app, std::chrono::hours window, Time now,
                                   FindBatch const& find) {
  TRY(auto const at, unseal_batch(ids, hex, tenant));
  return find_app_batch({tenant, BatchNo{at.major}}, at.generation, app, window, now, find);
}

std::string batch_id_hex(IdSealer const& ids, BatchKey const& key, std::uint8_t generation) {
  return ids.seal({IdKind::batch, generation, key.tenant.value, key.batch.value, 0});
}

std::string batch_id_hex(IdSealer const& ids, BatchRecord const& record) {
  return batch_id_hex(ids, record.key, record.generation);
}

std::string message_id_hex(IdSealer const& ids, BatchRecord const& record, UserNo user) {
  return ids.seal({IdKind::message, record.generation, record.key.tenant.value,
                   record.key.batch.value, user.value});
}

}  // namespace carillon
