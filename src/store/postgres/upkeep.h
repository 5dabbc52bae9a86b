// What the store does beside commits, on a thread and a connection of its own: the runs of inbox
// entries (person_entries.h).
//
// Shape   Once a tenant has some thousand new entries they become a run; some runs of that size
//         become one. Other nodes may do the same at the same time: of two who make the same run
//         one wins, and readers find each entry in either place.
// Errors  A failed step is told on stderr and tried again later: nothing that was acknowledged
//         depends on it.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "ledger/change.h"
#include "store/postgres/session.h"
#include "store/rows/entry_segments.h"

namespace carillon::postgres {

struct UpkeepLimits {
  std::size_t run_entries = 16'384;  // so many new entries of a tenant become a run
  std::size_t runs_to_merge = 8;     // so many runs of that size become one
};

class Upkeep {
 public:
  Upkeep(Connection::Options options, UpkeepLimits limits);
  ~Upkeep();

  // After a commit: of how many entries of small audiences it told.
  void note(Change const& change);

 private:
  struct Run {
    std::int64_t first_seq;
    std::int64_t last_seq;
    std::int64_t level;
  };

  void run();
  Result<void> step();
  std::optional<TenantNo> due_tenant();
  Result<std::vector<Run>> runs_of(TenantNo tenant);
  Result<void> place_entries(TenantNo tenant);
  Result<void> merge_runs(TenantNo tenant);
  Result<void> replace_runs(TenantNo tenant, std::vector<Run> const& old, Run const& merged,
                            std::vector<rows::PlacedEntry> const& entries);

  Session session_;
  UpkeepLimits limits_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  std::map<TenantNo, std::size_t> unplaced_;
  bool due_ = false;
  bool stopping_ = false;

  std::thread thread_;
};

}  // namespace carillon::postgres
