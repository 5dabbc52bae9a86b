// Which messages of small audiences reached a person: slices, and sorted runs beside them.
//
// Shape   As with SQLite (docs/decisions/0006-person-entries-in-sorted-runs.md): a person's entries
//         are those of the slices after the last run, which each reader keeps in memory, then those
//         of each run, newest first. An entry counts if its slice is still there.
// Cost    Two round trips a page: one for new slices and the runs, one for the slices of the page.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "inbox/inbox_store.h"
#include "store/postgres/session.h"

namespace carillon::postgres {

class PersonEntryReader {
 public:
  explicit PersonEntryReader(Session& session) : session_(session) {}

  Result<std::vector<InboxEntry>> read(TenantNo tenant, UserNo user, Seq before, std::size_t limit);

 private:
  // What was committed after the last run, by user.
  struct Tail {
    std::uint64_t placed = 0;  // last seq of the runs
    std::uint64_t read_to = 0;
    std::unordered_map<std::uint32_t, std::vector<std::uint64_t>> seqs;
    std::size_t entries = 0;
  };
  struct RunPart {
    std::uint64_t first_seq;
    std::uint64_t last_seq;
    std::string entries;  // the segment that may hold the user; empty: there is none
  };

  Result<std::vector<RunPart>> look(TenantNo tenant, UserNo user);
  Result<std::vector<RunPart>> older_runs(TenantNo tenant, UserNo user, std::uint64_t before);
  Result<void> add_slices(Tail& tail, Rows const& slices);
  void forget_placed(Tail& tail, std::uint64_t placed);
  void forget_others(TenantNo tenant);
  Result<void> add_entries(TenantNo tenant, std::vector<std::uint64_t> const& seqs,
                           std::uint64_t before, std::size_t limit, std::vector<InboxEntry>& out);

  Session& session_;
  std::unordered_map<TenantNo, Tail> tails_;
};

}  // namespace carillon::postgres
