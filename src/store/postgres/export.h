// The export side of the PostgreSQL store: a connection of its own, for one thread.
#pragma once

#include <memory>

#include "ledger/ledger_export.h"
#include "store/postgres/connection.h"

namespace carillon::postgres {

Result<std::unique_ptr<LedgerExport>> open_export(Connection::Options options);

}  // namespace carillon::postgres
