#include "store/sqlite/person_entries.h"

#include <algorithm>

#include "store/rows/batch_rows.h"
#include "store/sqlite/keys.h"

namespace carillon::sqlite {

using namespace rows;

namespace {

// Tails of all tenants that one reader keeps; beyond it the others' are dropped and read again.
constexpr std::size_t kTailEntriesMax = 128 * 1024;

}  // namespace

EntryTables::EntryTables(Database& db)
    : insert_run(db, "INSERT INTO entry_runs(run, last_seq, level) VALUES(?,?,?)"),
      runs(db,
           "SELECT run, last_seq, level FROM entry_runs WHERE run BETWEEN ? AND ?"
           " ORDER BY run DESC"),
      delete_run(db, "DELETE FROM entry_runs WHERE run = ?"),
      insert_segment(db, "INSERT INTO entry_segments(run, last_user, entries) VALUES(?,?,?)"),
      find_segment(db,
                   "SELECT entries FROM entry_segments WHERE run = ? AND last_user >= ?"
                   " ORDER BY last_user LIMIT 1"),
      segments(db, "SELECT entries FROM entry_segments WHERE run = ? ORDER BY last_user"),
      delete_segments(db, "DELETE FROM entry_segments WHERE run = ?") {}

Result<std::vector<EntryRun>> runs_of(EntryTables& tables, TenantNo tenant) {
  std::vector<EntryRun> runs;
  auto row = tables.runs.query(pack_key(tenant, 0), pack_key(tenant, kLowMax));
  while (row.next()) {
    runs.push_back({row.integer(0), static_cast<std::uint64_t>(row.integer(1)),
                    static_cast<int>(row.integer(2))});
  }
  CHECK_OK(row.end());
  return runs;
}

Result<void> insert(EntryTables& tables, EntryRun const& run,
                    std::vector<EntrySegment> const& segments) {
  CHECK_OK(tables.insert_run.run(run.key, run.last_seq, run.level));
  for (auto const& segment : segments) {
    CHECK_OK(tables.insert_segment.run(run.key, segment.last_user, Blob{segment.entries}));
  }
  return {};
}

Result<void> remove(EntryTables& tables, EntryRun const& run) {
  CHECK_OK(tables.delete_segments.run(run.key));
  return tables.delete_run.run(run.key);
}

Result<PersonEntryReader::Tail const*> PersonEntryReader::tail_of(TenantNo tenant,
                                                                  std::uint64_t placed) {
  auto& tail = tails_[tenant];
  if (tail.placed != placed) tail = {.placed = placed, .read_to = placed, .seqs = {}, .entries = 0};
  auto const entries_before = tail.entries;
  auto row = batches_.slices_after.query(pack_key(tenant, tail.read_to), pack_key(tenant, kLowMax));
  while (row.next()) {
    tail.read_to = low_of(row.integer(kSliceKey));
    if (!row.null(kSliceBlock)) continue;
    TRY(auto const delivered, read_set(row.bytes(kSliceDelivered)));
    for (auto const user : delivered.list()) {
      tail.seqs[user.value].push_back(tail.read_to);
      ++tail.entries;
    }
  }
  CHECK_OK(row.end());
  if (tail.entries == entries_before) return &tail;

  std::size_t total = 0;
  for (auto const& [other, kept] : tails_) total += kept.entries;
  if (total > kTailEntriesMax) {
    std::erase_if(tails_, [&](auto const& kept) { return kept.first != tenant; });
  }
  return &tails_[tenant];
}

Result<void> PersonEntryReader::add_entries(TenantNo tenant, std::vector<std::uint64_t> const& seqs,
                                            Seq before, std::size_t limit,
                                            std::vector<InboxEntry>& out) {
  auto const end = before ? std::lower_bound(seqs.begin(), seqs.end(), before.value) : seqs.end();
  for (auto seq = std::make_reverse_iterator(end); seq != seqs.rend() && out.size() < limit;
       ++seq) {
    auto row = batches_.find_slice.query(pack_key(tenant, *seq));
    if (row.next()) {
      out.push_back({.seq = Seq{*seq},
                     .batch = batch_of(row.integer(kSliceBatch)).batch,
                     .committed_at = from_ms(row.integer(kSliceCommittedAt))});
    } else {
      CHECK_OK(row.end());  // no row: the slice was purged
    }
  }
  return {};
}

Result<std::vector<InboxEntry>> PersonEntryReader::read(TenantNo tenant, UserNo user, Seq before,
                                                        std::size_t limit) {
  std::vector<InboxEntry> entries;
  // One instant for the runs and the slices after them: upkeep may move entries meanwhile.
  TRY(auto instant, Transaction::begin_read(db_));
  TRY(auto const runs, runs_of(tables_, tenant));
  TRY(auto const* tail, tail_of(tenant, runs.empty() ? 0 : runs.front().last_seq));
  if (auto const found = tail->seqs.find(user.value); found != tail->seqs.end()) {
    CHECK_OK(add_entries(tenant, found->second, before, limit, entries));
  }
  for (auto const& run : runs) {
    if (entries.size() >= limit) break;
    auto const first_seq = low_of(run.key);
    if (before && first_seq >= before.value) continue;
    auto segment = tables_.find_segment.query(run.key, user.value);
    if (segment.next()) {
      TRY(auto const seqs, seqs_in_segment(segment.bytes(0), first_seq, user.value));
      CHECK_OK(add_entries(tenant, seqs, before, limit, entries));
    } else {
      CHECK_OK(segment.end());
    }
  }
  CHECK_OK(instant.commit());
  return entries;
}

}  // namespace carillon::sqlite
