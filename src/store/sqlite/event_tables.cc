#include "store/sqlite/event_tables.h"

#include "store/rows/event_rows.h"
#include "store/sqlite/keys.h"

namespace carillon::sqlite {

using namespace rows;

namespace {

#define EVENT_COLUMNS "event, state, attempts, due, problem, record"
#define TALLY_COLUMNS "tenant, app, told, refused, dead, dropped"

}  // namespace

EventTables::EventTables(Database& db)
    : insert_event(db, "INSERT INTO events(" EVENT_COLUMNS ") VALUES(?,?,?,?,?,?)"),
      move_event(db,
                 "UPDATE events SET state = ?, attempts = ?, due = ?, problem = ?"
                 " WHERE event = ?"),
      delete_event(db, "DELETE FROM events WHERE event = ?"),
      find_event(db, "SELECT " EVENT_COLUMNS " FROM events WHERE event = ?"),
      all_events(db, "SELECT " EVENT_COLUMNS " FROM events ORDER BY event"),
      put_tally(db, "INSERT OR REPLACE INTO event_tallies(" TALLY_COLUMNS ") VALUES(?,?,?,?,?,?)"),
      all_tallies(db, "SELECT " TALLY_COLUMNS " FROM event_tallies") {}

Result<StoredEvent> read_event(Cursor const& row) {
  StoredEvent out;
  out.event.key = event_of(row.integer(0));
  out.state = static_cast<EventState>(row.integer(1));
  out.attempts = static_cast<std::uint32_t>(row.integer(2));
  out.due = from_ms(row.integer(3));
  out.problem = row.bytes(4);
  if (unpack_event(row.bytes(5), out.event)) return out;
  return fail(Errc::internal, "the stored event " + std::to_string(out.event.key.event.value) +
                                  " of tenant " + std::to_string(out.event.key.tenant.value) +
                                  " is damaged");
}

Result<void> write(EventTables& tables, Change const& change) {
  for (auto const& event : change.events) {
    CHECK_OK(tables.insert_event.run(event_key(event.key), int{0}, int{0}, std::int64_t{0},
                                     std::string_view(), Blob{pack_event(event)}));
  }
  for (auto const& [key, move] : change.event_moves) {
    if (move.gone) {
      CHECK_OK(tables.delete_event.run(event_key(key)));
    } else {
      CHECK_OK(tables.move_event.run(static_cast<int>(move.state), move.attempts, to_ms(move.due),
                                     move.problem, event_key(key)));
    }
  }
  for (auto const& [lane, tally] : change.event_tallies) {
    CHECK_OK(tables.put_tally.run(lane.tenant.value, lane.app.value, tally.told, tally.refused,
                                  tally.dead, tally.dropped));
  }
  return {};
}

Result<void> load_events(EventTables& tables, StoredState& state) {
  auto row = tables.all_events.query();
  while (row.next()) {
    TRY(auto event, read_event(row));
    state.events.push_back(std::move(event));
  }
  CHECK_OK(row.end());
  auto tally = tables.all_tallies.query();
  while (tally.next()) {
    auto const count = [&](int column) {
      return static_cast<std::uint64_t>(tally.integer(column));
    };
    LaneKey const lane{TenantNo{static_cast<std::uint32_t>(tally.integer(0))},
                       AppNo{static_cast<std::uint32_t>(tally.integer(1))}};
    state.event_tallies[lane] = {count(2), count(3), count(4), count(5)};
  }
  return tally.end();
}

}  // namespace carillon::sqlite
