// SQL and rows of the events that apps are to be told.
#pragma once

#include "ledger/ledger.h"
#include "store/sqlite/database.h"

namespace carillon::sqlite {

struct EventTables {
  explicit EventTables(Database& db);

  Statement insert_event;  // event, state, attempts, due, problem, record
  Statement move_event;    // state, attempts, due, problem, event
  Statement delete_event;  // event
  Statement find_event;    // event -> event columns
  Statement all_events;    // -> event columns
  Statement put_tally;     // tenant, app, 4 counts
  Statement all_tallies;   // -> tenant, app, 4 counts
};

Result<void> write(EventTables& tables, Change const& change);
Result<void> load_events(EventTables& tables, StoredState& state);
// Errors  internal: the row is damaged.
Result<StoredEvent> read_event(Cursor const& row);

}  // namespace carillon::sqlite
