// SQL and rows of people's Web Push subscriptions.
#pragma once

#include "ledger/ledger.h"
#include "store/sqlite/database.h"

namespace carillon::sqlite {

struct PushTables {
  explicit PushTables(Database& db);

  Statement put_push;     // member, active, record
  Statement delete_push;  // member
  Statement find_push;    // member -> record
  Statement active_push;  // -> member
};

Result<void> write(PushTables& tables, PersonKey const& person, PushRow const& row);
Result<void> load_push(PushTables& tables, StoredState& state);
// Errors  internal: the row is damaged.
Result<PushRow> find_push(PushTables& tables, PersonKey const& person);

}  // namespace carillon::sqlite
