// A copy of a data folder, made while a server runs on it, also by another process.
//
// Shape   The copy holds one instant: everything that was acknowledged before the call began. It is
//         marked, so that a server started on it raises the generation of its ids and waits with
//         unfinished batches (identity().copy, ledger/ledger.h).
// Errors  unavailable, low_disk: with a sentence for the operator. What was written until then is
//         left as carillon.db.part, which no server opens.
// Cost    Reads the file once. The server goes on; its write-ahead log grows meanwhile.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace carillon {

// `key_file` is the name of the installation key's file; it is copied if `source` holds it. The
// destination is made if missing and must not hold data yet.
Result<void> backup_sqlite(std::filesystem::path const& source,
                           std::filesystem::path const& destination, std::string const& key_file);

}  // namespace carillon
