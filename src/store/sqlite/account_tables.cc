#include "store/sqlite/account_tables.h"

#include "store/rows/quota_days.h"
#include "store/sqlite/keys.h"

namespace carillon::sqlite {

using namespace rows;

namespace {

#define COUNTER_COLUMNS "tenant, next_batch, next_queue_no, seq, next_media, next_event, next_chat"
#define QUOTA_COLUMNS "tenant, app, day, used"
#define CALL_COLUMNS "tenant, app, key, body_hash, made, at"

Counters read_counters(Cursor const& row) {
  return {.next_batch = BatchNo{static_cast<std::uint64_t>(row.integer(1))},
          .next_queue_no = static_cast<std::uint64_t>(row.integer(2)),
          .seq = Seq{static_cast<std::uint64_t>(row.integer(3))},
          .next_media = MediaNo{static_cast<std::uint64_t>(row.integer(4))},
          .next_event = EventNo{static_cast<std::uint64_t>(row.integer(5))},
          .next_chat = ChatNo{static_cast<std::uint64_t>(row.integer(6))}};
}

TenantNo read_tenant_no(Cursor const& row) {
  return TenantNo{static_cast<std::uint32_t>(row.integer(0))};
}
AppNo read_app_no(Cursor const& row) { return AppNo{static_cast<std::uint32_t>(row.integer(1))}; }

Result<std::int64_t> next_call(AccountTables& tables, TenantNo tenant) {
  auto row = tables.last_call.query(pack_key(tenant, 0), pack_key(tenant, kLowMax));
  if (row.next()) return row.integer(0) + 1;
  CHECK_OK(row.end());
  return pack_key(tenant, 1);
}

}  // namespace

AccountTables::AccountTables(Database& db)
    : move_counters(db,
                    "UPDATE counters SET next_batch = ?, next_queue_no = ?, seq = ?,"
                    " next_media = ?, next_event = ?, next_chat = ?"
                    " WHERE tenant = ? AND next_batch = ? AND next_queue_no = ? AND seq = ?"
                    " AND next_media = ? AND next_event = ? AND next_chat = ?"),
      insert_counters(db,
                      "INSERT OR IGNORE INTO counters(" COUNTER_COLUMNS ") VALUES(?,?,?,?,?,?,?)"),
      all_counters(db, "SELECT " COUNTER_COLUMNS " FROM counters"),
      use_quota(db, "INSERT INTO quota(" QUOTA_COLUMNS
                    ") VALUES(?1,?2,?3,?4)"
                    " ON CONFLICT DO UPDATE SET used = used + ?4"
                    " WHERE used <= ?5 AND (?6 = 0 OR used + ?4 <= ?6)"),
      quota_from(db, "SELECT " QUOTA_COLUMNS " FROM quota WHERE day >= ?"),
      delete_quota(db,
                   "DELETE FROM quota WHERE tenant = ?1 AND (app, day) IN"
                   " (SELECT app, day FROM quota WHERE tenant = ?1 AND day < ?2 LIMIT ?3)"),
      insert_call(db, "INSERT INTO calls(call, " CALL_COLUMNS
                      ") VALUES(?,?,?,?,?,?,?)"
                      " ON CONFLICT(tenant, app, key) DO NOTHING"),
      forget_call(db, "DELETE FROM calls WHERE tenant = ? AND app = ? AND key = ? AND at <= ?"),
      last_call(db,
                "SELECT call FROM calls WHERE call BETWEEN ? AND ?"
                " ORDER BY call DESC LIMIT 1"),
      find_call(db,
                "SELECT body_hash, made, at FROM calls"
                " WHERE tenant = ? AND app = ? AND key = ?"),
      // Only the oldest are looked at, not every call of the day.
      trim_calls(db,
                 "DELETE FROM calls WHERE call IN (SELECT call FROM"
                 " (SELECT call, at FROM calls WHERE call BETWEEN ?1 AND ?2"
                 " ORDER BY call LIMIT ?3) WHERE at < ?4)"),
      get_meta(db, "SELECT value FROM meta WHERE name = ?"),
      set_meta(db, "INSERT OR REPLACE INTO meta(name, value) VALUES(?,?)") {}

Result<bool> apply(AccountTables& tables, TenantNo tenant, CounterMove const& move) {
  auto const& [from, to] = move;
  TRY(bool const moved, tables.move_counters.changes_one(
                            to.next_batch.value, to.next_queue_no, to.seq.value,
                            to.next_media.value, to.next_event.value, to.next_chat.value,
                            tenant.value, from.next_batch.value, from.next_queue_no, from.seq.value,
                            from.next_media.value, from.next_event.value, from.next_chat.value));
  if (moved || from != Counters{}) return moved;
  return tables.insert_counters.changes_one(tenant.value, to.next_batch.value, to.next_queue_no,
                                            to.seq.value, to.next_media.value, to.next_event.value,
                                            to.next_chat.value);
}

Result<bool> apply(AccountTables& tables, QuotaKey const& key, QuotaUse const& use) {
  if (use.limit != 0 && use.added > use.limit) return false;  // also where there is no row yet
  return tables.use_quota.changes_one(key.tenant.value, key.app.value, key.day, use.added,
                                      use.used_before, use.limit);
}

Result<bool> apply(AccountTables& tables, CallKey const& key, AnsweredCall const& call) {
  TRY(auto const number, next_call(tables, key.tenant));
  auto const insert = [&] {
    return tables.insert_call.changes_one(number, key.tenant.value, key.app.value, key.key,
                                          Blob{call.body_hash}, call.made, to_ms(call.at));
  };
  TRY(bool inserted, insert());
  if (inserted) return true;
  // An old answer makes room; the new one gets a new number, so that trimming keeps its order.
  TRY(bool const forgotten, tables.forget_call.changes_one(key.tenant.value, key.app.value, key.key,
                                                           to_ms(call.at - call.kept)));
  if (!forgotten) return false;
  return insert();
}

Result<void> load_accounts(AccountTables& tables, Time now, StoredState& state) {
  auto counters = tables.all_counters.query();
  while (counters.next()) state.counters[read_tenant_no(counters)] = read_counters(counters);
  CHECK_OK(counters.end());

  auto quota = tables.quota_from.query(day_number(now) - kQuotaDaysKept);
  while (quota.next()) {
    QuotaKey const key{read_tenant_no(quota), read_app_no(quota),
                       static_cast<Day>(quota.integer(2))};
    state.quota[key] = static_cast<std::uint64_t>(quota.integer(3));
  }
  CHECK_OK(quota.end());

  TRY(state.import.staged_file, read_meta(tables, kImportFile));
  TRY(state.import.rows_done, read_meta_number(tables, kImportRows));
  return {};
}

Result<std::optional<AnsweredCall>> find_call(AccountTables& tables, CallKey const& key,
                                              Time not_before) {
  std::optional<AnsweredCall> call;
  auto row = tables.find_call.query(key.tenant.value, key.app.value, key.key);
  if (row.next() && from_ms(row.integer(2)) >= not_before) {
    call = {.body_hash = std::string(row.bytes(0)),
            .made = static_cast<std::uint64_t>(row.integer(1)),
            .at = from_ms(row.integer(2))};
  }
  CHECK_OK(row.end());
  return call;
}

Result<std::string> read_meta(AccountTables& tables, std::string_view name) {
  auto row = tables.get_meta.query(name);
  if (row.next()) return std::string(row.bytes(0));
  CHECK_OK(row.end());
  return std::string();
}

Result<std::uint64_t> read_meta_number(AccountTables& tables, std::string_view name) {
  auto row = tables.get_meta.query(name);
  if (row.next()) return static_cast<std::uint64_t>(row.integer(0));
  CHECK_OK(row.end());
  return std::uint64_t{0};
}

}  // namespace carillon::sqlite
