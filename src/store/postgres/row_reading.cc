#include "store/postgres/row_reading.h"

#include "store/rows/batch_rows.h"
#include "store/rows/event_rows.h"

namespace carillon::postgres {

Error damaged(std::string what, std::uint64_t number, TenantNo tenant) {
  what += " " + std::to_string(number);
  what += " of tenant " + std::to_string(tenant.value);
  return fail(Errc::internal, "the stored " + what + " is damaged");
}

Result<BatchRecord> read_batch(Row const& row) {
  BatchRecord record;
  record.key = {tenant_in(row), BatchNo{number64(row, 1)}};
  record.app = AppNo{number32(row, 2)};
  record.revision = number32(row, 3);
  if (rows::unpack_record(row.bytes(4), record)) return record;
  return damaged("batch", number64(row, 1), tenant_in(row));
}

Result<Slice> read_slice(Row const& row) {
  Slice slice;
  slice.batch = {tenant_in(row), BatchNo{number64(row, 2)}};
  slice.seq = Seq{number64(row, 1)};
  if (row.integer(3) >= 0) slice.block = static_cast<BlockNo>(row.integer(3));
  slice.committed_at = from_ms(row.integer(4));
  TRY(slice.delivered, rows::read_set(row.bytes(5)));
  TRY(slice.failed, rows::read_set(row.bytes(6)));
  return slice;
}

Result<StoredEvent> read_event(Row const& row) {
  StoredEvent out;
  out.event.key = {tenant_in(row), EventNo{number64(row, 1)}};
  out.state = static_cast<EventState>(row.integer(2));
  out.attempts = number32(row, 3);
  out.due = from_ms(row.integer(4));
  out.problem = row.bytes(5);
  if (rows::unpack_event(row.bytes(6), out.event)) return out;
  return damaged("event", number64(row, 1), tenant_in(row));
}

}  // namespace carillon::postgres
