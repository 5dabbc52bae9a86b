// SQL and rows of who may come in and what they did: operators, spent tokens, the audit log.
//
// Shape   Operators are upserts by number. An entry of the log is written twice: when it is noted,
//         and when how it ended is known.
#pragma once

#include <functional>

#include "ledger/ledger.h"
#include "store/sqlite/database.h"

namespace carillon::sqlite {

struct SignInTables {
  explicit SignInTables(Database& db);

  Statement put_operator, load_operators;  // the columns of `operators`

  Statement insert_spent;  // token, expires; only if it is free
  Statement spent_after;   // instant -> token, expires
  Statement delete_spent;  // before, limit

  Statement insert_audit;  // the columns of `audit`
  Statement end_audit;     // status, target, detail, entry
  Statement list_audit;    // before, limit -> the columns, newest first
  Statement last_audit;    // -> entry
  Statement delete_audit;  // before, limit
};

// Whether all that was expected to be free was.
Result<bool> write_tokens(SignInTables& tables, Change const& change);
Result<void> write_audit(SignInTables& tables, Change const& change);
Result<void> put(SignInTables& tables, std::vector<Operator> const& operators);

Result<void> load_sign_in(SignInTables& tables, Time now, StoredState& state);
Result<std::vector<Operator>> load_operators(SignInTables& tables);
Result<std::vector<AuditEntry>> list_audit(SignInTables& tables, AuditNo before, std::size_t limit);

// At most about `rows` of each kind; gives whether that was not all.
Result<bool> purge(SignInTables& tables, Time tokens_before, Time audit_before, std::size_t rows);

}  // namespace carillon::sqlite
