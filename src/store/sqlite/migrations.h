// The tables, as numbered steps that only go forward. PRAGMA user_version is the last one applied.
//
// Errors  unavailable: the file was written by a newer Carillon, or by another program; internal:
//         it is no database. Nothing is changed then.
#pragma once

#include "base/result.h"
#include "store/sqlite/database.h"

namespace carillon::sqlite {

int newest_schema();
// Brings the file to newest_schema(), each step in one transaction.
Result<void> migrate(Database& db);
// For those that only read: fails unless the file is at newest_schema().
Result<void> check_schema(Database& db);

}  // namespace carillon::sqlite
