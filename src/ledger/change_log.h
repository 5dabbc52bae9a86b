// How several servers write to one store: whose turn it is, and what the others have written.
//
// Shape   Every commit of a shared store is the next entry of one log, so all servers see the same
//         changes in the same order, and each keeps in memory what it has applied of them. A
//         server commits on top of the newest entry only:
//
//           expect(newest it has applied) -> commit ---> committed: the next entry
//                                                   \--> conflict: somebody was faster
//           take_turn() -> what it had not seen, and nobody else commits until -> commit or
//           end_turn()
//
//         The turn is a lock in the database: those who wait get it one after another, and it ends
//         with the connection, or when its holder has been silent for too long, whose commit then
//         fails.
// Source  docs/decisions/0027-nodes.md.
// Errors  unavailable: the store is out of reach. internal: an entry of a newer version.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "access/rate_limit.h"
#include "base/clock.h"
#include "base/result.h"
#include "ledger/change.h"

namespace carillon {

using LogPosition = std::uint64_t;  // of an entry; 0: before the first

// What memory needs of a change. Of counters and batches only what they became, of new batches
// the record, of quotas the sum that is used now (`used_before` + `added`), of push rows whether
// they are active, of the audit log the last number. Contents, calls, media, chats of apps,
// receipts and details stay in the store. Of a change that marks a move, the mark only: no server
// may go on with that store.
struct LogEntry {
  LogPosition position = 0;
  bool own = false;  // committed by this server
  Change change;
};

struct LogNews {
  std::vector<LogEntry> entries;  // ascending, without a gap
  LogPosition newest = 0;
  Time now{};                    // the store's clock
  std::vector<CallTally> calls;  // of those that were told, what all servers have counted
};

class LogReader {
 public:
  virtual ~LogReader() = default;
  // Every entry behind `after` that was committed before the call. Takes along what this server has
  // counted of calls, for the others: ascending by tenant, app and API.
  // Errors  not_found: some are gone; start anew.
  virtual Result<LogNews> since(LogPosition after, std::vector<CallTally> const& calls) = 0;
};

// The writing side; the thread of the Ledger.
class ChangeLog {
 public:
  virtual ~ChangeLog() = default;
  // What the next commits build on; each raises it by one.
  virtual void expect(LogPosition newest) = 0;
  virtual LogPosition expected() const = 0;
  // Waits. The entries behind what is expected, which is raised to the newest.
  virtual Result<LogNews> take_turn() = 0;
  virtual void end_turn() = 0;
  virtual Result<std::unique_ptr<LogReader>> open_log_reader() = 0;
};

}  // namespace carillon
