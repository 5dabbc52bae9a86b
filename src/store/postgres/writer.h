// The connection that writes: one transaction a pipeline, the next entry of the log of changes, and
// what became of it is always found out.
//
// Shape   ready -> commit -> committed | conflict | refused (Error) | unknown -> settle -> ...
//         The row of `head` is written first of all, so that transactions of several servers come
//         one after another; take_turn() locks it ahead, for a transaction that is decided inside.
//         Each open store has a row in `writers`, and every transaction raises its number from n to
//         n + 1. If the connection breaks before COMMIT was answered, the number tells: settle()
//         asks for it by a write, which waits for the old transaction if it is still under way,
//         and which keeps it from committing if it has not begun yet.
// Source  docs/decisions/0024-postgres.md, docs/decisions/0027-nodes.md.
// Errors  unavailable, low_disk: nothing was written.
// Cost    One round trip and one sync of the database a transaction; two round trips in a turn, or
//         if it failed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ledger/change_log.h"
#include "store/postgres/connection.h"

namespace carillon::postgres {

class Writer {
 public:
  enum class Outcome : std::uint8_t { committed, conflict, unknown };

  explicit Writer(Connection::Options options);

  // Connected and registered, and nothing in doubt.
  Result<void> ready();
  // `add` is called once for each attempt; `entry` is what the log gets. With expect() a conflict
  // unless the newest entry is the one expected.
  Result<Outcome> commit(std::function<void(Pipeline&)> const& add, std::string_view entry = {});
  // Whether the transaction in doubt was written; it will not be any more if not. unavailable: it
  // cannot be known yet.
  Result<bool> settle();
  // What the statements of `add` gave, after `committed`; empty if that was found out afterwards.
  std::vector<Rows> const& rows() const { return rows_; }

  void expect(LogPosition newest) { expected_ = newest; }
  LogPosition expected() const { return expected_.value_or(0); }
  Result<LogNews> take_turn();
  void end_turn();

  std::string const& id() const { return id_; }  // any thread
  Connection& connection() { return connection_; }

 private:
  Result<void> register_anew();
  void roll_back();
  void note_committed();

  Connection connection_;
  std::string const id_;
  bool registered_ = false;
  std::int64_t no_ = 0;    // of the last transaction
  bool in_doubt_ = false;  // whether that after no_ was written is not known
  bool last_settled_ = false;
  bool in_turn_ = false;  // a transaction is open, and `head` locked
  std::optional<LogPosition> expected_;
  std::vector<Rows> rows_;
};

}  // namespace carillon::postgres
