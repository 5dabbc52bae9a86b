// What the store does beside commits, on a thread of its own: checkpoints of the write-ahead log,
// and the runs of inbox entries.
//
// Shape   Checkpoints are PASSIVE, so neither readers nor the writer wait for one. The log begins
//         again at its start once all of it is in the data file; if commits leave no gap for that,
//         they are held once the log has grown to four times its limit. Should commits outrun even
//         that, each waits until the checkpoint that is due has been tried.
// Errors  A failed step is told on stderr and tried again later: nothing that was acknowledged
//         depends on it. A failed sync ends the process (database.h).
// Cost    The writer waits for at most one step: some 130,000 entries, about 4 ms.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "store/sqlite/batch_tables.h"
#include "store/sqlite/person_entries.h"

namespace carillon::sqlite {

struct UpkeepLimits {
  std::size_t log_bytes = 16 << 20;  // a longer log is checkpointed
  std::size_t run_entries = 16'384;  // so many new entries of a tenant become a run
  std::size_t runs_to_merge = 8;     // so many runs of that size become one
};

class Upkeep {
 public:
  // `writing` is held by whoever writes, so that nobody waits in SQLite's busy loop.
  static Result<std::unique_ptr<Upkeep>> start(Database::Options options, UpkeepLimits limits,
                                               std::mutex& writing);
  ~Upkeep();

  // After a commit: how many entries of small audiences it added, and the log's length in pages.
  void note_entries(std::map<TenantNo, std::size_t> const& added);
  void note_log(int pages);

  // Before a commit, while `writing` is free: returns once the log is not far beyond its limit, or
  // a checkpoint that could not shorten it has been tried.
  void await_checkpoint();

 private:
  Upkeep(std::unique_ptr<Database> db, UpkeepLimits limits, std::mutex& writing);

  void run();
  Result<void> step();
  std::optional<TenantNo> due_tenant();
  Result<void> checkpoint();
  Result<int> checkpoint_passive();
  Result<void> place_entries(TenantNo tenant);
  Result<void> merge_runs(TenantNo tenant);
  Result<void> replace_runs(std::vector<EntryRun> const& old, EntryRun const& merged,
                            std::vector<rows::EntrySegment> const& segments);

  std::unique_ptr<Database> db_;
  BatchTables batches_;
  EntryTables entries_;
  UpkeepLimits limits_;
  int log_pages_limit_;
  std::mutex& writing_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  std::condition_variable tried_;  // a checkpoint
  std::map<TenantNo, std::size_t> unplaced_;
  bool entries_due_ = false;
  int log_pages_ = 0;
  int checkpoint_at_pages_;
  bool stopping_ = false;

  std::thread thread_;
};

}  // namespace carillon::sqlite
