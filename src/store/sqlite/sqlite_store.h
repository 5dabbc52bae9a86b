// The embedded store: one SQLite file, DIR/carillon.db, with its write-ahead log beside it.
//
// Shape   open_sqlite gives the Ledger; its open_reader gives one Reader a thread, each with a
//         connection of its own. A commit is on disk when commit() returns: synchronous=FULL is not
//         an option. Readers may live longer than the Ledger.
// Source  design.md section 4; the tables are in migrations.cc, the trick for small audiences in
//         person_entries.h.
// Errors  Opening fails with a sentence for the operator: what is wrong, where, what to do. A
//         failed fsync ends the process with a message on stderr and status 74.
// Copies  set_identity() notes which file it wrote to; identity().copy is true in a copy that was
//         made by backup_sqlite() or by cp, until set_identity() is called there.
// Purging A batch of more than `rows` rows goes in several steps, its receipts and slices first, so
//         its books do not balance in between; a step of a smaller batch is whole.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "ledger/ledger.h"

namespace carillon {

enum class StoreAccess : std::uint8_t {
  own,   // writes, and takes the folder's lock: a server, an import without a server
  join,  // writes beside another writer; commits wait for each other
  read,  // beside a running server: a doctor
};

struct OpenOptions {
  std::filesystem::path folder = {};
  StoreAccess access = StoreAccess::own;
  std::string vfs = {};  // the SQLite VFS to use; empty: the system's
  std::size_t writer_cache_bytes = 16 << 20;
  std::size_t reader_cache_bytes = 4 << 20;  // each
  std::size_t log_bytes = 16 << 20;          // a longer write-ahead log is checkpointed
  std::size_t run_entries = 16'384;          // of small audiences, see person_entries.h
  std::size_t runs_to_merge = 8;
};

Result<std::unique_ptr<Ledger>> open_sqlite(OpenOptions options);

// Reads the whole file and compares every index with its table. Beside a running server too.
Result<void> integrity_check(std::filesystem::path const& folder);

}  // namespace carillon
