// The Reader of the PostgreSQL store: a connection of its own, for one thread.
#pragma once

#include <memory>

#include "ledger/ledger.h"
#include "store/postgres/connection.h"

namespace carillon::postgres {

Result<std::unique_ptr<Reader>> open_reader(Connection::Options options);

}  // namespace carillon::postgres
