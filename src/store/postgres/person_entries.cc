#include "store/postgres/person_entries.h"

#include <algorithm>

#include "store/postgres/row_reading.h"
#include "store/rows/batch_rows.h"
#include "store/rows/entry_segments.h"

namespace carillon::postgres {
namespace {

// Tails of all tenants that one reader keeps; beyond it the others' are dropped and read again.
constexpr std::size_t kTailEntriesMax = 128 * 1024;
constexpr std::int64_t kRunsAtOnce = 16;

// Slices that are neither in the reader's memory nor in a run. It comes before the runs: what
// upkeep puts into a run in between is found twice, and never missed.
constexpr Sql kNewSlices{
    "SELECT seq, block, CASE WHEN block < 0 THEN delivered END FROM slices WHERE tenant = $1"
    " AND seq > greatest($2, coalesce((SELECT last_seq FROM entry_runs WHERE tenant = $1"
    " ORDER BY first_seq DESC LIMIT 1), 0)) ORDER BY seq"};
constexpr Sql kRuns{
    "SELECT r.first_seq, r.last_seq, s.entries FROM (SELECT first_seq, last_seq FROM entry_runs"
    " WHERE tenant = $1 AND first_seq < $2 ORDER BY first_seq DESC LIMIT $3) r"
    " LEFT JOIN LATERAL (SELECT entries FROM entry_segments e WHERE e.tenant = $1"
    " AND e.first_seq = r.first_seq AND e.last_user >= $4 ORDER BY e.last_user LIMIT 1) s ON true"
    " ORDER BY r.first_seq DESC"};
constexpr Sql kSlicesOfPage{
    "SELECT s.seq, s.batch, s.committed_at FROM unnest($2) u(seq)"
    " JOIN slices s ON s.tenant = $1 AND s.seq = u.seq ORDER BY s.seq DESC"};

}  // namespace

Result<void> PersonEntryReader::add_slices(Tail& tail, Rows const& slices) {
  for (std::size_t i = 0; i < slices.size(); ++i) {
    auto const row = slices[i];
    auto const seq = number64(row, 0);
    if (row.integer(1) < 0) {
      TRY(auto const delivered, rows::read_set(row.bytes(2)));
      for (auto const user : delivered.list()) {
        tail.seqs[user.value].push_back(seq);
        ++tail.entries;
      }
    }
    tail.read_to = seq;
  }
  return {};
}

void PersonEntryReader::forget_placed(Tail& tail, std::uint64_t placed) {
  tail.placed = placed;
  tail.read_to = std::max(tail.read_to, placed);
  tail.entries = 0;
  for (auto at = tail.seqs.begin(); at != tail.seqs.end();) {
    auto& seqs = at->second;
    seqs.erase(seqs.begin(), std::upper_bound(seqs.begin(), seqs.end(), placed));
    tail.entries += seqs.size();
    at = seqs.empty() ? tail.seqs.erase(at) : std::next(at);
  }
}

void PersonEntryReader::forget_others(TenantNo tenant) {
  std::size_t total = 0;
  for (auto const& [other, kept] : tails_) total += kept.entries;
  if (total <= kTailEntriesMax) return;
  std::erase_if(tails_, [&](auto const& kept) { return kept.first != tenant; });
}

// Brings the tail up to now, and gives the newest runs.
Result<std::vector<PersonEntryReader::RunPart>> PersonEntryReader::look(TenantNo tenant,
                                                                        UserNo user) {
  auto& tail = tails_[tenant];
  Pipeline pipeline;
  pipeline.add(kNewSlices, tenant.value, tail.read_to);
  pipeline.add(kRuns, tenant.value, INT64_MAX, kRunsAtOnce, user.value);
  TRY(auto const answers, session_.ask(std::move(pipeline)));
  auto const entries_before = tail.entries;
  if (auto added = add_slices(tail, answers[0]); !added) {
    tails_.erase(tenant);
    return std::move(added).error();
  }
  if (tail.entries != entries_before) forget_others(tenant);
  std::vector<RunPart> runs;
  for (std::size_t i = 0; i < answers[1].size(); ++i) {
    auto const row = answers[1][i];
    runs.push_back({number64(row, 0), number64(row, 1), std::string(row.bytes(2))});
  }
  if (!runs.empty() && runs.front().last_seq > tails_[tenant].placed) {
    forget_placed(tails_[tenant], runs.front().last_seq);
  }
  return runs;
}

Result<std::vector<PersonEntryReader::RunPart>> PersonEntryReader::older_runs(
    TenantNo tenant, UserNo user, std::uint64_t before) {
  TRY(auto const rows,
      session_.ask(kRuns, tenant.value, sql_before(before), kRunsAtOnce, user.value));
  std::vector<RunPart> runs;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto const row = rows[i];
    runs.push_back({number64(row, 0), number64(row, 1), std::string(row.bytes(2))});
  }
  return runs;
}

// The newest of `seqs` below `before`, until there are `limit` in all; those whose slices are gone
// do not count.
Result<void> PersonEntryReader::add_entries(TenantNo tenant, std::vector<std::uint64_t> const& seqs,
                                            std::uint64_t before, std::size_t limit,
                                            std::vector<InboxEntry>& out) {
  auto end = std::lower_bound(seqs.begin(), seqs.end(), before);
  while (end != seqs.begin() && out.size() < limit) {
    auto const wanted =
        std::min<std::size_t>(limit - out.size(), static_cast<std::size_t>(end - seqs.begin()));
    auto column = numbers();
    for (auto at = end - static_cast<std::ptrdiff_t>(wanted); at != end; ++at) column.add(*at);
    end -= static_cast<std::ptrdiff_t>(wanted);
    TRY(auto const rows, session_.ask(kSlicesOfPage, tenant.value, std::move(column)));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      auto const row = rows[i];
      out.push_back({.seq = Seq{number64(row, 0)},
                     .batch = BatchNo{number64(row, 1)},
                     .committed_at = from_ms(row.integer(2))});
    }
  }
  return {};
}

Result<std::vector<InboxEntry>> PersonEntryReader::read(TenantNo tenant, UserNo user, Seq before,
                                                        std::size_t limit) {
  std::vector<InboxEntry> entries;
  if (limit == 0) return entries;
  auto bound = before ? before.value : UINT64_MAX;
  TRY(auto runs, look(tenant, user));
  auto const& tail = tails_[tenant];
  if (auto const found = tail.seqs.find(user.value); found != tail.seqs.end()) {
    CHECK_OK(add_entries(tenant, found->second, bound, limit, entries));
  }
  while (entries.size() < limit && !runs.empty()) {
    for (auto const& run : runs) {
      if (run.first_seq >= bound) continue;
      TRY(auto const of_run, rows::seqs_in_segment(run.entries, run.first_seq, user.value));
      CHECK_OK(add_entries(tenant, of_run, bound, limit, entries));
      if (entries.size() >= limit) return entries;
    }
    // Runs may have become one meanwhile: what was given from them is not given again.
    bound = std::min(bound, runs.back().first_seq);
    if (runs.size() < static_cast<std::size_t>(kRunsAtOnce)) break;
    TRY(runs, older_runs(tenant, user, bound));
  }
  return entries;
}

}  // namespace carillon::postgres
