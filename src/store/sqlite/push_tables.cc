#include "store/sqlite/push_tables.h"

#include "store/rows/push_rows.h"
#include "store/sqlite/keys.h"

namespace carillon::sqlite {

using namespace rows;

PushTables::PushTables(Database& db)
    : put_push(db, "INSERT OR REPLACE INTO push(member, active, record) VALUES(?,?,?)"),
      delete_push(db, "DELETE FROM push WHERE member = ?"),
      find_push(db, "SELECT record FROM push WHERE member = ?"),
      active_push(db, "SELECT member FROM push WHERE active = 1 ORDER BY member") {}

Result<void> write(PushTables& tables, PersonKey const& person, PushRow const& row) {
  auto const key = member_key(person.tenant, person.user.value);
  if (row == PushRow{}) return tables.delete_push.run(key);
  return tables.put_push.run(key, row.active() ? 1 : 0, Blob{pack_push(row)});
}

Result<void> load_push(PushTables& tables, StoredState& state) {
  auto row = tables.active_push.query();
  while (row.next()) {
    auto const key = row.integer(0);
    state.push[tenant_of_member(key)].add(UserNo{member_of(key)});
  }
  return row.end();
}

Result<PushRow> find_push(PushTables& tables, PersonKey const& person) {
  PushRow out;
  auto row = tables.find_push.query(member_key(person.tenant, person.user.value));
  if (!row.next()) {
    CHECK_OK(row.end());
    return out;
  }
  if (unpack_push(row.bytes(0), out)) return out;
  return fail(Errc::internal, "the stored subscriptions of user " +
                                  std::to_string(person.user.value) + " of tenant " +
                                  std::to_string(person.tenant.value) + " are damaged");
}

}  // namespace carillon::sqlite
