// The tables, as numbered steps that only go forward; carillon_schema holds the last one applied,
// and the oldest whose programs work with what it left.
//
// Shape   The same tables as SQLite's, by the same names, but the tenant is a column of its own:
//         the first of every key and index, so that a database that shards by it finds all rows of
//         a call in one place. docs/operating/postgres.md lists them with their distribution keys.
// Errors  unavailable: the tables were made by a newer Carillon, or there are those of another
//         program, or this user may not make any. Nothing is changed then.
#pragma once

#include "base/result.h"
#include "store/postgres/connection.h"

namespace carillon::postgres {

int newest_schema();
// Brings the tables to newest_schema(), in one transaction; newer ones that this program works with
// stay as they are. Several may try at once.
Result<void> migrate(Connection& connection);
// For those that only look: fails unless the tables are at newest_schema(), or newer.
Result<void> check_schema(Connection& connection);
// For those that take everything along: fails if there are newer tables, also such as this program
// works with.
Result<void> check_all_known(Connection& connection);

}  // namespace carillon::postgres
