#include "store/sqlite/sign_in_tables.h"

#include <algorithm>
#include <limits>

namespace carillon::sqlite {
namespace {

#define OPERATOR_COLUMNS "operator, name, role, password_hash, revision, created_at, removed"
#define AUDIT_COLUMNS "entry, at, operator, role, action, target, detail, remote, status"

std::string_view bytes_of(TokenId const& token) {
  return {reinterpret_cast<char const*>(token.data()), token.size()};
}

std::int64_t limit_of(std::size_t rows) {
  return static_cast<std::int64_t>(std::clamp<std::size_t>(rows, 1, 1'000'000));
}

AuditEntry read_entry(Cursor const& row) {
  return {.no = AuditNo{static_cast<std::uint64_t>(row.integer(0))},
          .at = from_ms(row.integer(1)),
          .operator_name = std::string(row.bytes(2)),
          .role = static_cast<Role>(row.integer(3)),
          .action = std::string(row.bytes(4)),
          .target = std::string(row.bytes(5)),
          .detail = std::string(row.bytes(6)),
          .remote = std::string(row.bytes(7)),
          .status = static_cast<int>(row.integer(8))};
}

}  // namespace

SignInTables::SignInTables(Database& db)
    : put_operator(db,
                   "INSERT OR REPLACE INTO operators(" OPERATOR_COLUMNS ") VALUES(?,?,?,?,?,?,?)"),
      load_operators(db, "SELECT " OPERATOR_COLUMNS " FROM operators ORDER BY operator"),
      insert_spent(db,
                   "INSERT INTO spent_tokens(token, expires) VALUES(?,?)"
                   " ON CONFLICT(token) DO NOTHING"),
      spent_after(db, "SELECT token, expires FROM spent_tokens WHERE expires >= ?"),
      delete_spent(db,
                   "DELETE FROM spent_tokens WHERE token IN"
                   " (SELECT token FROM spent_tokens WHERE expires < ? LIMIT ?)"),
      insert_audit(db, "INSERT INTO audit(" AUDIT_COLUMNS ") VALUES(?,?,?,?,?,?,?,?,?)"),
      end_audit(db, "UPDATE audit SET status = ?, target = ?, detail = ? WHERE entry = ?"),
      list_audit(db, "SELECT " AUDIT_COLUMNS
                     " FROM audit WHERE entry < ?"
                     " ORDER BY entry DESC LIMIT ?"),
      last_audit(db, "SELECT entry FROM audit ORDER BY entry DESC LIMIT 1"),
      // Numbers rise with time, so only the oldest are looked at.
      delete_audit(db,
                   "DELETE FROM audit WHERE entry IN"
                   " (SELECT entry FROM (SELECT entry, at FROM audit ORDER BY entry LIMIT ?2)"
                   " WHERE at < ?1)") {}

Result<bool> write_tokens(SignInTables& tables, Change const& change) {
  for (auto const& [token, expires] : change.spent_tokens) {
    TRY(bool const free, tables.insert_spent.changes_one(Blob{bytes_of(token)}, to_ms(expires)));
    if (!free) return false;
  }
  return true;
}

Result<void> write_audit(SignInTables& tables, Change const& change) {
  for (auto const& e : change.audit) {
    CHECK_OK(tables.insert_audit.run(e.no.value, to_ms(e.at), e.operator_name,
                                     static_cast<int>(e.role), e.action, e.target, e.detail,
                                     e.remote, e.status));
  }
  for (auto const& [entry, outcome] : change.audit_outcomes) {
    CHECK_OK(tables.end_audit.run(outcome.status, outcome.target, outcome.detail, entry.value));
  }
  return {};
}

Result<void> put(SignInTables& tables, std::vector<Operator> const& operators) {
  for (auto const& o : operators) {
    CHECK_OK(tables.put_operator.run(o.no.value, o.name, static_cast<int>(o.role), o.password_hash,
                                     o.revision, to_ms(o.created_at), o.removed));
  }
  return {};
}

Result<void> load_sign_in(SignInTables& tables, Time now, StoredState& state) {
  auto spent = tables.spent_after.query(to_ms(now));
  while (spent.next()) {
    auto const bytes = spent.bytes(0);
    TokenId token{};
    std::copy_n(bytes.begin(), std::min(bytes.size(), token.size()), token.begin());
    state.spent_tokens[token] = from_ms(spent.integer(1));
  }
  CHECK_OK(spent.end());
  auto last = tables.last_audit.query();
  if (last.next()) state.last_audit = AuditNo{static_cast<std::uint64_t>(last.integer(0))};
  return last.end();
}

Result<std::vector<Operator>> load_operators(SignInTables& tables) {
  std::vector<Operator> out;
  auto row = tables.load_operators.query();
  while (row.next()) {
    out.push_back({.no = OperatorNo{static_cast<std::uint32_t>(row.integer(0))},
                   .name = std::string(row.bytes(1)),
                   .role = static_cast<Role>(row.integer(2)),
                   .password_hash = std::string(row.bytes(3)),
                   .revision = static_cast<std::uint32_t>(row.integer(4)),
                   .created_at = from_ms(row.integer(5)),
                   .removed = row.integer(6) != 0});
  }
  CHECK_OK(row.end());
  return out;
}

Result<std::vector<AuditEntry>> list_audit(SignInTables& tables, AuditNo before,
                                           std::size_t limit) {
  std::vector<AuditEntry> out;
  auto const end =
      before ? static_cast<std::int64_t>(before.value) : std::numeric_limits<std::int64_t>::max();
  auto row = tables.list_audit.query(end, limit_of(limit));
  while (row.next()) out.push_back(read_entry(row));
  CHECK_OK(row.end());
  return out;
}

Result<bool> purge(SignInTables& tables, Time tokens_before, Time audit_before, std::size_t rows) {
  auto const limit = limit_of(rows);
  CHECK_OK(tables.delete_spent.run(to_ms(tokens_before), limit));
  bool more = tables.delete_spent.changes() == limit;
  CHECK_OK(tables.delete_audit.run(to_ms(audit_before), limit));
  more = more || tables.delete_audit.changes() == limit;
  return more;
}

}  // namespace carillon::sqlite
