// Which messages of small audiences reached a person: sorted runs beside the slices.
//
// Shape   A slice of a small audience is one row in `slices`. Once a tenant has some thousand new
//         (user, seq) entries, upkeep sorts them into a run of packed segments; some runs of equal
//         size become one larger run. A person's entries are those of the slices after the last
//         run (kept in memory by each reader), then of each run, newest first: the runs of a tenant
//         cover ranges of seq that do not overlap. An entry counts if its slice is still there, so
//         purging slices is enough.
// Source  A row keyed (tenant, user, seq) changes a page of its own for almost every recipient;
//         that alone cost three times the rest of a commit (docs/decisions).
// Cost    Writing: about 0.1 us an entry, none of it inside a commit. Reading: 2-4 us a run, and 1
//         us an entry given back.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "inbox/inbox_store.h"
#include "store/rows/entry_segments.h"
#include "store/sqlite/batch_tables.h"
#include "store/sqlite/database.h"

namespace carillon::sqlite {

struct EntryTables {
  explicit EntryTables(Database& db);

  Statement insert_run;       // run, last_seq, level
  Statement runs;             // first, last run -> run, last_seq, level; newest first
  Statement delete_run;       // run
  Statement insert_segment;   // run, last_user, entries
  Statement find_segment;     // run, user -> the segment that may hold this user
  Statement segments;         // run -> entries, by user
  Statement delete_segments;  // run
};

struct EntryRun {
  std::int64_t key;  // the tenant and its first seq
  std::uint64_t last_seq;
  int level;
};
// The runs of a tenant, newest first.
Result<std::vector<EntryRun>> runs_of(EntryTables& tables, TenantNo tenant);

Result<void> insert(EntryTables& tables, EntryRun const& run,
                    std::vector<rows::EntrySegment> const& segments);
Result<void> remove(EntryTables& tables, EntryRun const& run);

class PersonEntryReader {
 public:
  PersonEntryReader(Database& db, BatchTables& batches) : db_(db), batches_(batches), tables_(db) {}

  Result<std::vector<InboxEntry>> read(TenantNo tenant, UserNo user, Seq before, std::size_t limit);

 private:
  // What was committed after the last run, by user.
  struct Tail {
    std::uint64_t placed = 0;  // last seq of the runs
    std::uint64_t read_to = 0;
    std::unordered_map<std::uint32_t, std::vector<std::uint64_t>> seqs;
    std::size_t entries = 0;
  };
  Result<Tail const*> tail_of(TenantNo tenant, std::uint64_t placed);
  Result<void> add_entries(TenantNo tenant, std::vector<std::uint64_t> const& seqs, Seq before,
                           std::size_t limit, std::vector<InboxEntry>& out);

  Database& db_;
  BatchTables& batches_;
  EntryTables tables_;
  std::unordered_map<TenantNo, Tail> tails_;
};

}  // namespace carillon::sqlite
