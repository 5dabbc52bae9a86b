// A Change as statements of one transaction, each over all rows of its table.
//
// Shape   The statements go out in one pipeline with BEGIN before and COMMIT behind them. What a
//         change expects is checked by the statement that writes it: a key that must be free by the
//         key's own index, anything else by the number of rows that were written. Fewer than
//         expected is made an error (a division by zero), so that nothing behind it is done and no
//         round trip is needed to decide. Both mean a conflict (failure.h).
// Source  docs/decisions/0024-postgres.md. Rows of a table are locked in the order of their keys,
//         tables in one order: writers wait for each other instead of dying of deadlock.
// Cost    Some 20 us a statement that has rows, and 5 us a row.
#pragma once

#include "ledger/change.h"
#include "store/postgres/connection.h"

namespace carillon::postgres {

extern Sql const kBegin;
extern Sql const kCommit;

void add_change(Pipeline& pipeline, Change const& change);

// Names in meta.
inline constexpr std::string_view kKeyCheck = "key_check";
inline constexpr std::string_view kGeneration = "generation";
inline constexpr std::string_view kCopy = "copy";
inline constexpr std::string_view kDatabase = "database";
inline constexpr std::string_view kImportFile = "import_file";
inline constexpr std::string_view kImportRows = "import_rows";
inline constexpr std::string_view kRelocation = "relocation";

void set_meta(Pipeline& pipeline, std::string_view name, std::string_view value);

}  // namespace carillon::postgres
