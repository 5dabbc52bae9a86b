// The export side of the SQLite store: a connection of its own, for one thread.
#pragma once

#include <memory>

#include "ledger/ledger_export.h"
#include "store/sqlite/database.h"

namespace carillon::sqlite {

Result<std::unique_ptr<LedgerExport>> open_export(Database::Options options);

}  // namespace carillon::sqlite
