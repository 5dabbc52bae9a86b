#include "store/sqlite/purge.h"

#include <algorithm>

#include "store/rows/quota_days.h"
#include "store/sqlite/keys.h"

namespace carillon::sqlite {

using namespace rows;

namespace {

constexpr std::int64_t kRowsOfBatch = 3;  // of a small audience: slice, content, record

}  // namespace

template <class... Values>
Result<void> Purge::spend(Statement& statement, Values const&... values) {
  CHECK_OK(statement.run(values...));
  left_ -= statement.changes();
  return {};
}

Result<Ledger::Purged> Purge::step(TenantNo tenant, Time batches_before, Time others_before,
                                   std::size_t rows) {
  Ledger::Purged purged;
  left_ = static_cast<std::int64_t>(std::clamp<std::size_t>(rows, 1, 1'000'000));
  auto const budget = left_;
  CHECK_OK(spend(accounts_.delete_quota, tenant.value, day_number(others_before), left_));
  if (left_ > 0) {
    CHECK_OK(spend(accounts_.trim_calls, pack_key(tenant, 0), pack_key(tenant, kLowMax), left_,
                   to_ms(others_before)));
  }
  TRY(auto const past, finished_before(tenant, batches_before, left_));
  for (auto const& record : past) {
    // What fits into a step goes whole, so that nobody recounts half of it.
    bool const fits = std::int64_t{record.read} + kRowsOfBatch <= left_;
    if (!fits && left_ < budget) {
      purged.more = true;
      return purged;
    }
    TRY(bool const gone, remove_batch(record.key));
    if (gone) purged.batches.push_back(record.key);
  }
  if (left_ > 0) CHECK_OK(remove_runs(tenant));
  purged.more = left_ <= 0;
  return purged;
}

// Numbers rise with the time of acceptance, so the first that is too young ends the search.
Result<std::vector<BatchRecord>> Purge::finished_before(TenantNo tenant, Time before,
                                                        std::int64_t limit) {
  std::vector<BatchRecord> past;
  auto row = batches_.oldest_batches.query(pack_key(tenant, 0), pack_key(tenant, kLowMax));
  while (std::ssize(past) < limit && row.next()) {
    TRY(auto const record, read_batch(row));
    if (record.accepted_at >= before) return past;
    if (record.finished() && record.began_at() < before) past.push_back(record);
  }
  CHECK_OK(row.end());
  return past;
}

// Whether all of it is gone.
Result<bool> Purge::remove_batch(BatchKey batch) {
  auto const key = batch_key(batch);
  CHECK_OK(spend(batches_.delete_receipts, key, left_));
  if (left_ <= 0) return false;
  CHECK_OK(spend(batches_.delete_block_slices, key, left_));
  if (left_ <= 0) return false;
  std::optional<std::int64_t> small_slice;
  {
    auto row = batches_.small_slice_of.query(key);
    if (row.next()) small_slice = row.integer(0);
    CHECK_OK(row.end());
  }
  if (small_slice) CHECK_OK(spend(batches_.delete_slice, *small_slice));
  CHECK_OK(spend(batches_.delete_content, key));
  CHECK_OK(spend(batches_.delete_batch, key));
  return true;
}

// The newest run stays: it says up to where entries were placed.
Result<void> Purge::remove_runs(TenantNo tenant) {
  TRY(auto runs, runs_of(entries_, tenant));
  if (runs.size() < 2) return {};
  for (auto run = runs.rbegin(); run != runs.rend() - 1 && left_ > 0; ++run) {
    {
      auto slice = batches_.any_slice.query(run->key, pack_key(tenant, run->last_seq));
      if (slice.next()) return {};
      CHECK_OK(slice.end());
    }
    CHECK_OK(spend(entries_.delete_segments, run->key));
    CHECK_OK(spend(entries_.delete_run, run->key));
  }
  return {};
}

}  // namespace carillon::sqlite
