#include "store/sqlite/upkeep.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include <sqlite3.h>

#include "store/rows/batch_rows.h"
#include "store/sqlite/keys.h"

namespace carillon::sqlite {

using namespace rows;

namespace {

constexpr std::size_t kPageBytes = 4096;
constexpr std::chrono::seconds kRetryAfter{1};
constexpr int kLongLog = 4;  // times the limit

}  // namespace

Result<std::unique_ptr<Upkeep>> Upkeep::start(Database::Options options, UpkeepLimits limits,
                                              std::mutex& writing) {
  // Runs only repeat what slices say, so their commits need not wait for the disk.
  options.sync = Database::Sync::with_next;
  TRY(auto db, Database::open(std::move(options)));
  return std::unique_ptr<Upkeep>(new Upkeep(std::move(db), limits, writing));
}

Upkeep::Upkeep(std::unique_ptr<Database> db, UpkeepLimits limits, std::mutex& writing)
    : db_(std::move(db)),
      batches_(*db_),
      entries_(*db_),
      limits_(limits),
      log_pages_limit_(static_cast<int>(limits.log_bytes / kPageBytes + 1)),
      writing_(writing),
      checkpoint_at_pages_(log_pages_limit_),
      thread_([this] { run(); }) {}

Upkeep::~Upkeep() {
  {
    std::lock_guard const lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Upkeep::note_entries(std::map<TenantNo, std::size_t> const& added) {
  bool due = false;
  {
    std::lock_guard const lock(mutex_);
    for (auto const& [tenant, count] : added) {
      due |= (unplaced_[tenant] += count) >= limits_.run_entries;
    }
    entries_due_ |= due;
  }
  if (due) wake_.notify_one();
}

void Upkeep::note_log(int pages) {
  bool due = false;
  {
    std::lock_guard const lock(mutex_);
    if (pages < log_pages_) checkpoint_at_pages_ = log_pages_limit_;  // it began again
    log_pages_ = pages;
    due = pages >= checkpoint_at_pages_;
  }
  if (due) wake_.notify_one();
}

void Upkeep::await_checkpoint() {
  std::unique_lock lock(mutex_);
  tried_.wait(lock, [this] {
    return stopping_ || log_pages_ < checkpoint_at_pages_ + kLongLog * log_pages_limit_;
  });
}

void Upkeep::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (!entries_due_ && log_pages_ < checkpoint_at_pages_) {
      wake_.wait(lock);
      continue;
    }
    lock.unlock();
    auto const done = step();
    if (!done) {
      std::fprintf(stderr, "carillon: upkeep of the store is put off: %s\n",
                   done.error().detail.c_str());
    }
    lock.lock();
    if (!done) checkpoint_at_pages_ = log_pages_ + log_pages_limit_;
    tried_.notify_all();
    if (!done) wake_.wait_for(lock, kRetryAfter, [this] { return stopping_; });
  }
}

Result<void> Upkeep::step() {
  while (auto const tenant = due_tenant()) {
    CHECK_OK(place_entries(*tenant));
    CHECK_OK(merge_runs(*tenant));
  }
  {
    std::lock_guard const lock(mutex_);
    if (log_pages_ < checkpoint_at_pages_) return {};
  }
  return checkpoint();
}

std::optional<TenantNo> Upkeep::due_tenant() {
  std::lock_guard const lock(mutex_);
  for (auto const& [tenant, count] : unplaced_) {
    if (count >= limits_.run_entries) return tenant;
  }
  entries_due_ = false;
  return std::nullopt;
}

// Copies what no reader stands in the way of, and gives the log's length in pages.
Result<int> Upkeep::checkpoint_passive() {
  int log_pages = 0;
  int const code = sqlite3_wal_checkpoint_v2(db_->handle(), "main", SQLITE_CHECKPOINT_PASSIVE,
                                             &log_pages, nullptr);
  if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY) return db_->failure(code);
  return log_pages;
}

Result<void> Upkeep::checkpoint() {
  TRY(int const log_pages, checkpoint_passive());
  if (log_pages >= kLongLog * log_pages_limit_) {
    // Commits follow each other so closely that the log never comes to its end: hold them once,
    // for the little that was committed meanwhile.
    std::lock_guard const hold_writer(writing_);
    CHECK_OK(checkpoint_passive());
  }
  std::lock_guard const lock(mutex_);
  checkpoint_at_pages_ = log_pages_ + log_pages_limit_;
  return {};
}

Result<void> Upkeep::place_entries(TenantNo tenant) {
  std::vector<PlacedEntry> entries;
  std::uint64_t first = 1;
  std::uint64_t last = 0;
  {
    TRY(auto instant, Transaction::begin_read(*db_));
    TRY(auto const runs, runs_of(entries_, tenant));
    if (!runs.empty()) last = runs.front().last_seq;
    first = last + 1;
    auto row = batches_.slices_after.query(pack_key(tenant, last), pack_key(tenant, kLowMax));
    while (entries.size() < 2 * limits_.run_entries && row.next()) {
      last = low_of(row.integer(kSliceKey));
      if (!row.null(kSliceBlock)) continue;
      TRY(auto const delivered, read_set(row.bytes(kSliceDelivered)));
      for (auto const user : delivered.list()) entries.push_back({user.value, last});
    }
    CHECK_OK(row.end());
    CHECK_OK(instant.commit());
  }
  std::sort(entries.begin(), entries.end());
  auto const segments = pack_segments(entries, first);
  if (last >= first) {
    CHECK_OK(
        replace_runs({}, {.key = pack_key(tenant, first), .last_seq = last, .level = 0}, segments));
  }
  std::lock_guard const lock(mutex_);
  auto& unplaced = unplaced_[tenant];
  unplaced -= std::min(unplaced, std::max(entries.size(), limits_.run_entries));
  return {};
}

Result<void> Upkeep::merge_runs(TenantNo tenant) {
  std::vector<EntryRun> old;
  std::vector<PlacedEntry> entries;
  {
    TRY(auto instant, Transaction::begin_read(*db_));
    TRY(auto const runs, runs_of(entries_, tenant));
    std::copy_if(runs.rbegin(), runs.rend(), std::back_inserter(old),
                 [](EntryRun const& run) { return run.level == 0; });
    if (old.size() < limits_.runs_to_merge) return {};
    for (auto const& run : old) {
      auto row = entries_.segments.query(run.key);
      while (row.next()) CHECK_OK(unpack_segment(row.bytes(0), low_of(run.key), entries));
      CHECK_OK(row.end());
    }
    CHECK_OK(instant.commit());
  }
  std::sort(entries.begin(), entries.end());
  auto const first = old.front().key;
  return replace_runs(old, {.key = first, .last_seq = old.back().last_seq, .level = 1},
                      pack_segments(entries, low_of(first)));
}

Result<void> Upkeep::replace_runs(std::vector<EntryRun> const& old, EntryRun const& merged,
                                  std::vector<EntrySegment> const& segments) {
  std::lock_guard const hold_writer(writing_);
  TRY(auto transaction, Transaction::begin_write(*db_));
  for (auto const& run : old) CHECK_OK(remove(entries_, run));
  CHECK_OK(insert(entries_, merged, segments));
  return transaction.commit();
}

}  // namespace carillon::sqlite
