#include "store/postgres/upkeep.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iterator>

#include "store/postgres/change_sql.h"
#include "store/postgres/row_reading.h"
#include "store/rows/batch_rows.h"

namespace carillon::postgres {
namespace {

constexpr std::chrono::seconds kRetryAfter{1};
constexpr std::int64_t kSlicesAtOnce = 4096;

constexpr Sql kRunsOf{
    "SELECT first_seq, last_seq, level FROM entry_runs WHERE tenant = $1 ORDER BY first_seq DESC"};
constexpr Sql kSlicesAfter{
    "SELECT seq, block, CASE WHEN block < 0 THEN delivered END FROM slices WHERE tenant = $1"
    " AND seq > $2 ORDER BY seq LIMIT $3"};
constexpr Sql kSegments{
    "SELECT entries FROM entry_segments WHERE tenant = $1 AND first_seq = $2 ORDER BY last_user"};
// Fails unless all of them are still there.
constexpr Sql kDropOld{
    "WITH done AS (DELETE FROM entry_runs r USING unnest($2) u(first_seq) WHERE r.tenant = $1"
    " AND r.first_seq = u.first_seq RETURNING 1) SELECT 1 / (count(*) = $3)::int FROM done"};
constexpr Sql kDropSegments{"DELETE FROM entry_segments WHERE tenant = $1 AND first_seq = ANY($2)"};
constexpr Sql kInsertRun{
    "INSERT INTO entry_runs(tenant, first_seq, last_seq, level) VALUES($1,$2,$3,$4)"};
constexpr Sql kInsertSegments{
    "INSERT INTO entry_segments(tenant, first_seq, last_user, entries)"
    " SELECT $1, $2, u.last_user, u.entries FROM unnest($3,$4) u(last_user, entries)"};

}  // namespace

Upkeep::Upkeep(Connection::Options options, UpkeepLimits limits)
    : session_(std::move(options)), limits_(limits), thread_([this] { run(); }) {}

Upkeep::~Upkeep() {
  {
    std::lock_guard const lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Upkeep::note(Change const& change) {
  bool due = false;
  {
    std::lock_guard const lock(mutex_);
    for (auto const& slice : change.slices) {
      if (slice.block) continue;
      due |= (unplaced_[slice.batch.tenant] += slice.delivered.size()) >= limits_.run_entries;
    }
    due_ |= due;
  }
  if (due) wake_.notify_one();
}

void Upkeep::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (!due_) {
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
    if (!done) wake_.wait_for(lock, kRetryAfter, [this] { return stopping_; });
  }
}

Result<void> Upkeep::step() {
  while (auto const tenant = due_tenant()) {
    CHECK_OK(place_entries(*tenant));
    CHECK_OK(merge_runs(*tenant));
  }
  return {};
}

std::optional<TenantNo> Upkeep::due_tenant() {
  std::lock_guard const lock(mutex_);
  for (auto const& [tenant, count] : unplaced_) {
    if (count >= limits_.run_entries && !stopping_) return tenant;
  }
  due_ = false;
  return std::nullopt;
}

Result<std::vector<Upkeep::Run>> Upkeep::runs_of(TenantNo tenant) {
  TRY(auto const rows, session_.ask(kRunsOf, tenant.value));
  std::vector<Run> runs;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    runs.push_back({rows[i].integer(0), rows[i].integer(1), rows[i].integer(2)});
  }
  return runs;
}

Result<void> Upkeep::place_entries(TenantNo tenant) {
  TRY(auto const runs, runs_of(tenant));
  auto last = runs.empty() ? 0 : runs.front().last_seq;
  auto const first = last + 1;
  std::vector<rows::PlacedEntry> entries;
  for (bool more = true; more && entries.size() < 2 * limits_.run_entries;) {
    TRY(auto const slices, session_.ask(kSlicesAfter, tenant.value, last, kSlicesAtOnce));
    for (std::size_t i = 0; i < slices.size(); ++i) {
      auto const row = slices[i];
      last = row.integer(0);
      if (row.integer(1) >= 0) continue;
      TRY(auto const delivered, rows::read_set(row.bytes(2)));
      for (auto const user : delivered.list()) entries.push_back({user.value, number64(row, 0)});
    }
    more = slices.size() == static_cast<std::size_t>(kSlicesAtOnce);
  }
  std::sort(entries.begin(), entries.end());
  if (last >= first) CHECK_OK(replace_runs(tenant, {}, {first, last, 0}, entries));
  std::lock_guard const lock(mutex_);
  auto& unplaced = unplaced_[tenant];
  unplaced -= std::min(unplaced, std::max(entries.size(), limits_.run_entries));
  return {};
}

Result<void> Upkeep::merge_runs(TenantNo tenant) {
  TRY(auto const runs, runs_of(tenant));
  std::vector<Run> old;
  std::copy_if(runs.rbegin(), runs.rend(), std::back_inserter(old),
               [](Run const& run) { return run.level == 0; });
  if (old.size() < limits_.runs_to_merge) return {};
  std::vector<rows::PlacedEntry> entries;
  for (auto const& run : old) {
    TRY(auto const segments, session_.ask(kSegments, tenant.value, run.first_seq));
    for (std::size_t i = 0; i < segments.size(); ++i) {
      CHECK_OK(rows::unpack_segment(segments[i].bytes(0), static_cast<std::uint64_t>(run.first_seq),
                                    entries));
    }
  }
  std::sort(entries.begin(), entries.end());
  return replace_runs(tenant, old, {old.front().first_seq, old.back().last_seq, 1}, entries);
}

Result<void> Upkeep::replace_runs(TenantNo tenant, std::vector<Run> const& old, Run const& merged,
                                  std::vector<rows::PlacedEntry> const& entries) {
  auto olds = numbers();
  for (auto const& run : old) olds.add(run.first_seq);
  auto last_users = numbers();
  auto packed = many_bytes();
  for (auto const& segment :
       rows::pack_segments(entries, static_cast<std::uint64_t>(merged.first_seq))) {
    last_users.add(segment.last_user);
    packed.add(segment.entries);
  }
  Pipeline pipeline;
  pipeline.add(kBegin);
  if (!old.empty()) {
    pipeline.add(kDropOld, tenant.value, Column(olds), old.size());
    pipeline.add(kDropSegments, tenant.value, std::move(olds));
  }
  pipeline.add(kInsertRun, tenant.value, merged.first_seq, merged.last_seq, merged.level);
  pipeline.add(kInsertSegments, tenant.value, merged.first_seq, std::move(last_users),
               std::move(packed));
  pipeline.add(kCommit);
  auto& connection = session_.connection();
  CHECK_OK(connection.ready());
  auto const answer = connection.run(pipeline);
  if (!answer.failure) return {};
  auto failed = connection.error(*answer.failure);
  bool const beaten = meaning_of(*answer.failure) == Meaning::conflict;  // by another node
  connection.drop();
  if (beaten) return {};
  return failed;
}

}  // namespace carillon::postgres
