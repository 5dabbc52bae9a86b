// The rows that more than one part of this store reads, and their columns.
//
// Errors  internal: the row is damaged.
#pragma once

#include "batch/batch_store.h"
#include "ledger/event.h"
#include "store/postgres/values.h"

namespace carillon::postgres {

#define CARILLON_BATCH_COLUMNS "b.tenant, b.batch, b.app, b.revision, b.record"
inline constexpr int kAfterBatch = 5;
#define CARILLON_SLICE_COLUMNS "tenant, seq, batch, block, committed_at, delivered, failed"
#define CARILLON_EVENT_COLUMNS "e.tenant, e.event, e.state, e.attempts, e.due, e.problem, e.record"

Result<BatchRecord> read_batch(Row const& row);
Result<Slice> read_slice(Row const& row);
Result<StoredEvent> read_event(Row const& row);

inline TenantNo tenant_in(Row const& row, int column = 0) {
  return TenantNo{static_cast<std::uint32_t>(row.integer(column))};
}
inline std::uint32_t number32(Row const& row, int column) {
  return static_cast<std::uint32_t>(row.integer(column));
}
inline std::uint64_t number64(Row const& row, int column) {
  return static_cast<std::uint64_t>(row.integer(column));
}
// What a limit or a bound of the port is in SQL.
constexpr std::int64_t sql_limit(std::size_t limit) {
  return limit > INT64_MAX ? INT64_MAX : static_cast<std::int64_t>(limit);
}
// An exclusive bound of which 0 means none.
constexpr std::int64_t sql_before(std::uint64_t before) {
  return before == 0 ? INT64_MAX : static_cast<std::int64_t>(before);
}

Error damaged(std::string what, std::uint64_t number, TenantNo tenant);

}  // namespace carillon::postgres
