// The Reader of the SQLite store: a connection of its own, for one thread.
#pragma once

#include <memory>

#include "ledger/ledger.h"
#include "store/sqlite/database.h"

namespace carillon::sqlite {

Result<std::unique_ptr<Reader>> open_reader(Database::Options options);

}  // namespace carillon::sqlite
