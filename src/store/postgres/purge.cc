#include "store/postgres/purge.h"

#include <algorithm>

#include "store/postgres/row_reading.h"
#include "store/rows/quota_days.h"

namespace carillon::postgres {
namespace {

constexpr std::size_t kRowsOfBatch = 3;  // of a small audience: slice, batch, and a change
constexpr std::size_t kPurgePageRows = 64;

constexpr Sql kOldest{"SELECT " CARILLON_BATCH_COLUMNS
                      " FROM batches b WHERE b.tenant = $1 AND b.batch > $2"
                      " ORDER BY b.batch LIMIT $3"};
// Whether there is anything else to delete: an empty step must not cost a sync.
constexpr Sql kAnyPast{
    "SELECT EXISTS(SELECT 1 FROM quota WHERE tenant = $1 AND day < $2)"
    " OR EXISTS(SELECT 1 FROM calls WHERE tenant = $1 AND at < $3)"};
#define CHANGES_KEPT "600"  // seconds; whoever has been away for longer starts anew
constexpr Sql kAnyPastLog{
    "SELECT EXISTS(SELECT 1 FROM spent_tokens WHERE expires < $1)"
    " OR coalesce((SELECT at FROM audit ORDER BY entry LIMIT 1) < $2, false)"
    " OR coalesce((SELECT at FROM changes ORDER BY position LIMIT 1)"
    " < extract(epoch FROM now())::int8 - " CHANGES_KEPT ", false)"};
constexpr Sql kDropQuota{
    "DELETE FROM quota q USING (SELECT app, day FROM quota WHERE tenant = $1 AND day < $2"
    " ORDER BY app, day LIMIT $3) o WHERE q.tenant = $1 AND q.app = o.app AND q.day = o.day"};
constexpr Sql kDropCalls{
    "DELETE FROM calls c USING (SELECT app, key FROM calls WHERE tenant = $1 AND at < $2"
    " ORDER BY at LIMIT $3) o WHERE c.tenant = $1 AND c.app = o.app AND c.key = o.key"};
constexpr Sql kDropReceipts{
    "DELETE FROM receipts r USING (SELECT x.batch, x.user_no FROM unnest($2) u(batch),"
    " LATERAL (SELECT batch, user_no FROM receipts WHERE tenant = $1 AND batch = u.batch"
    " ORDER BY user_no LIMIT $3) x LIMIT $3) o"
    " WHERE r.tenant = $1 AND r.batch = o.batch AND r.user_no = o.user_no"};
constexpr Sql kDropSlices{
    "DELETE FROM slices s USING (SELECT x.seq FROM unnest($2) u(batch), slices x"
    " WHERE x.tenant = $1 AND x.batch = u.batch AND NOT EXISTS (SELECT 1 FROM receipts r"
    " WHERE r.tenant = $1 AND r.batch = x.batch) LIMIT $3) o"
    " WHERE s.tenant = $1 AND s.seq = o.seq"};
constexpr Sql kDropBatches{
    "DELETE FROM batches b WHERE b.tenant = $1 AND b.batch = ANY($2)"
    " AND NOT EXISTS (SELECT 1 FROM receipts r WHERE r.tenant = $1 AND r.batch = b.batch)"
    " AND NOT EXISTS (SELECT 1 FROM slices s WHERE s.tenant = $1 AND s.batch = b.batch)"};
constexpr Sql kBatchesLeft{"SELECT batch FROM batches WHERE tenant = $1 AND batch = ANY($2)"};
// The newest run stays: it says up to where entries were placed.
constexpr Sql kDropRuns{
    "WITH gone AS (DELETE FROM entry_runs WHERE tenant = $1"
    " AND last_seq < coalesce((SELECT seq FROM slices WHERE tenant = $1 ORDER BY seq LIMIT 1),"
    " 9223372036854775807) AND first_seq < (SELECT max(first_seq) FROM entry_runs"
    " WHERE tenant = $1) RETURNING first_seq)"
    " DELETE FROM entry_segments e USING gone WHERE e.tenant = $1"
    " AND e.first_seq = gone.first_seq"};

constexpr Sql kDropSpent{
    "DELETE FROM spent_tokens t USING (SELECT token FROM spent_tokens WHERE expires < $1"
    " ORDER BY expires LIMIT $2) o WHERE t.token = o.token"};
// Numbers rise with time, so only the oldest are looked at.
constexpr Sql kDropAudit{
    "DELETE FROM audit a USING (SELECT entry, at FROM audit ORDER BY entry LIMIT $2) o"
    " WHERE a.entry = o.entry AND o.at < $1"};

// The same of what other servers have long heard of.
constexpr Sql kDropChanges{
    "DELETE FROM changes c USING (SELECT position, at FROM changes ORDER BY position LIMIT $1) o"
    " WHERE c.position = o.position AND o.at < extract(epoch FROM now())::int8 - " CHANGES_KEPT};
constexpr std::size_t kChangesAtOnce = 50;  // times as many as of other rows

Column column_of(std::vector<BatchNo> const& batches) {
  auto column = numbers();
  for (auto const batch : batches) column.add(batch.value);
  return column;
}

std::size_t limit_of(std::size_t rows) { return std::clamp<std::size_t>(rows, 1, 1'000'000); }

}  // namespace

// Numbers rise with the time of acceptance, so the first that is too young ends the search. Those
// that fit into a step go together, so that nobody recounts half of one; a larger one by itself.
Result<Purge::Due> Purge::due_batches(TenantNo tenant, Time before, std::size_t rows) {
  Due due;
  auto left = rows;
  BatchNo after;
  for (;;) {
    Pipeline pipeline;
    pipeline.add(kOldest, tenant.value, after.value, kPurgePageRows);
    TRY(auto const answers, writer_.connection().ask(pipeline));
    auto const& page = answers.front();
    for (std::size_t i = 0; i < page.size(); ++i) {
      TRY(auto const record, read_batch(page[i]));
      after = record.key.batch;
      if (record.accepted_at >= before) return due;
      if (!record.finished() || record.began_at() >= before) continue;
      auto const its_rows = record.read + kRowsOfBatch;
      due.more = its_rows > left;
      if (due.more && !due.batches.empty()) return due;
      due.batches.push_back(record.key.batch);
      if (due.more) return due;
      left -= its_rows;
    }
    if (page.size() < kPurgePageRows) return due;
  }
}

template <class... Values>
Result<bool> Purge::is_any(Sql const& sql, Values... values) {
  Pipeline pipeline;
  pipeline.add(sql, values...);
  TRY(auto const answers, writer_.connection().ask(pipeline));
  return answers.front()[0].integer(0) != 0;
}

Result<std::vector<BatchKey>> Purge::gone_of(TenantNo tenant, std::vector<BatchNo> const& batches) {
  std::vector<BatchKey> gone;
  if (batches.empty()) return gone;
  Pipeline pipeline;
  pipeline.add(kBatchesLeft, tenant.value, column_of(batches));
  TRY(auto const answers, writer_.connection().ask(pipeline));
  auto const& left = answers.front();
  for (auto const batch : batches) {
    bool there = false;
    for (std::size_t i = 0; i < left.size() && !there; ++i) {
      there = number64(left[i], 0) == batch.value;
    }
    if (!there) gone.push_back({tenant, batch});
  }
  return gone;
}

Result<Ledger::Purged> Purge::step(TenantNo tenant, Time batches_before, Time others_before,
                                   std::size_t rows) {
  auto const limit = limit_of(rows);
  CHECK_OK(writer_.ready());
  TRY(auto const due, due_batches(tenant, batches_before, limit));
  auto const& batches = due.batches;
  if (batches.empty()) {
    TRY(bool const any,
        is_any(kAnyPast, tenant.value, rows::day_number(others_before), to_ms(others_before)));
    if (!any) return Ledger::Purged{};
  }
  TRY(auto const outcome, writer_.commit([&](Pipeline& pipeline) {
    pipeline.add(kDropQuota, tenant.value, rows::day_number(others_before), limit);
    pipeline.add(kDropCalls, tenant.value, to_ms(others_before), limit);
    if (batches.empty()) return;
    pipeline.add(kDropReceipts, tenant.value, column_of(batches), limit);
    pipeline.add(kDropSlices, tenant.value, column_of(batches), limit);
    pipeline.add(kDropBatches, tenant.value, column_of(batches));
    pipeline.add(kDropRuns, tenant.value);
  }));
  if (outcome == Writer::Outcome::conflict) return Ledger::Purged{};  // another was faster
  if (outcome != Writer::Outcome::committed) {
    return fail(Errc::unavailable, writer_.connection().where() + ": purging was interrupted");
  }
  auto const dropped = [&](std::size_t statement) {
    auto const& all = writer_.rows();
    return statement < all.size() ? static_cast<std::size_t>(all[statement].affected()) : limit;
  };
  Ledger::Purged purged;
  if (!batches.empty()) {
    if (writer_.rows().empty() || dropped(4) != batches.size()) {
      TRY(purged.batches, gone_of(tenant, batches));
    } else {
      for (auto const batch : batches) purged.batches.push_back({tenant, batch});
    }
  }
  purged.more = due.more || purged.batches.size() < batches.size() || dropped(0) >= limit ||
                dropped(1) >= limit;
  return purged;
}

Result<bool> Purge::step_log(Time tokens_before, Time audit_before, std::size_t rows) {
  auto const limit = limit_of(rows);
  CHECK_OK(writer_.ready());
  TRY(bool const any, is_any(kAnyPastLog, to_ms(tokens_before), to_ms(audit_before)));
  if (!any) return false;
  TRY(auto const outcome, writer_.commit([&](Pipeline& pipeline) {
    pipeline.add(kDropSpent, to_ms(tokens_before), limit);
    pipeline.add(kDropAudit, to_ms(audit_before), limit);
    pipeline.add(kDropChanges, limit * kChangesAtOnce);
  }));
  if (outcome == Writer::Outcome::conflict) return false;  // another server was faster
  if (outcome != Writer::Outcome::committed) {
    return fail(Errc::unavailable, writer_.connection().where() + ": purging was interrupted");
  }
  auto const& all = writer_.rows();
  return all.size() < 3 || static_cast<std::size_t>(all[0].affected()) == limit ||
         static_cast<std::size_t>(all[1].affected()) == limit ||
         static_cast<std::size_t>(all[2].affected()) == limit * kChangesAtOnce;
}

}  // namespace carillon::postgres
