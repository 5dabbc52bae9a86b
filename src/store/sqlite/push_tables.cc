#include "store/sqlite/push_tables.h"

#include "store/sqlite/keys.h"
#include "store/sqlite/packing.h"

namespace carillon::sqlite {
namespace {

std::string pack(PushRow const& row) {
  Packer out;
  out.number(row.enabled ? 1 : 0);
  out.number(row.subscriptions.size());
  for (auto const& subscription : row.subscriptions) {
    out.text(subscription.endpoint);
    out.text(subscription.p256dh);
    out.text(subscription.auth);
    out.signed_number(to_ms(subscription.created_at));
  }
  out.number(row.failures.size());
  for (auto const& failure : row.failures) {
    out.signed_number(to_ms(failure.at));
    out.text(failure.endpoint_host);
    out.number(failure.batch.value);
    out.number(failure.generation);
    out.number(failure.attempts);
    out.number(static_cast<std::uint8_t>(failure.reason));
    out.number(failure.status);
    out.text(failure.problem);
  }
  return out.take();
}

bool unpack(Unpacker in, PushRow& row) {
  row.enabled = in.number() != 0;
  row.subscriptions.resize(in.count());
  for (auto& subscription : row.subscriptions) {
    subscription.endpoint = in.text();
    subscription.p256dh = in.text();
    subscription.auth = in.text();
    subscription.created_at = from_ms(in.signed_number());
  }
  row.failures.resize(in.count());
  for (auto& failure : row.failures) {
    failure.at = from_ms(in.signed_number());
    failure.endpoint_host = in.text();
    failure.batch = BatchNo{in.number()};
    failure.generation = static_cast<std::uint8_t>(in.number());
    failure.attempts = static_cast<std::uint32_t>(in.number());
    failure.reason = static_cast<PushReason>(in.number());
    failure.status = static_cast<std::uint32_t>(in.number());
    failure.problem = in.text();
  }
  return in.ok() && in.at_end();
}

}  // namespace

PushTables::PushTables(Database& db)
    : put_push(db, "INSERT OR REPLACE INTO push(member, active, record) VALUES(?,?,?)"),
      delete_push(db, "DELETE FROM push WHERE member = ?"),
      find_push(db, "SELECT record FROM push WHERE member = ?"),
      active_push(db, "SELECT member FROM push WHERE active = 1 ORDER BY member") {}

Result<void> write(PushTables& tables, PersonKey const& person, PushRow const& row) {
  auto const key = member_key(person.tenant, person.user.value);
  if (row == PushRow{}) return tables.delete_push.run(key);
  return tables.put_push.run(key, row.active() ? 1 : 0, Blob{pack(row)});
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
  if (unpack(Unpacker(row.bytes(0)), out)) return out;
  return fail(Errc::internal, "the stored subscriptions of user " +
                                  std::to_string(person.user.value) + " of tenant " +
                                  std::to_string(person.tenant.value) + " are damaged");
}

}  // namespace carillon::sqlite
