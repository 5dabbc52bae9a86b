// The shared store: tables in a PostgreSQL database, which several processes may write to.
//
// Shape   open_postgres gives the Ledger, with one connection to write and one for upkeep; its
//         open_reader gives one Reader a thread, each with a connection of its own. Readers may
//         live longer than the Ledger.
// Source  docs/decisions/0024-postgres.md; the tables are in migrations.cc.
// Errors  Opening fails with a sentence for the operator: what is wrong, where, what to do. Later a
//         database that is out of reach makes calls fail at once, between attempts to reach it
//         again. A commit during which the connection broke may be `unknown` (ledger/ledger.h).
// Copies  set_identity() notes which database it wrote to; identity().copy is true in one that was
//         restored from a dump, until set_identity() is called there.
// Purging A batch of more than `rows` rows goes in several steps, its receipts and slices first, so
//         its books do not balance in between; a step of a smaller batch is whole.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "ledger/ledger.h"

namespace carillon {

enum class PostgresAccess : std::uint8_t {
  write,  // makes and changes the tables
  look,   // beside a running server: a doctor
};

struct PostgresOptions {
  std::string address;  // postgres://USER@HOST:5432/DATABASE, or "host=... dbname=..."
  PostgresAccess access = PostgresAccess::write;
  std::chrono::milliseconds answer_within{8'000};  // else the connection counts as broken
  std::size_t run_entries = 16'384;                // of small audiences, see person_entries.h
  std::size_t runs_to_merge = 8;
};

Result<std::unique_ptr<Ledger>> open_postgres(PostgresOptions options);

}  // namespace carillon
