// The connection that writes: one transaction a pipeline, and what became of it is always found
// out.
//
// Shape   ready -> commit -> committed | conflict | refused (Error) | unknown -> settle -> ...
//         Each open store has a row in `writers`, and every transaction raises its number from n to
//         n + 1 first of all. If the connection breaks before COMMIT was answered, the number
//         tells: settle() asks for it by a write, which waits for the old transaction if it is
//         still under way, and which keeps it from committing if it has not begun yet.
//         A store that is opened fences the rows of all others in the same way: what a process that
//         was killed had under way is then either seen or will never be. One that lives is told by
//         its next transaction, registers again, and repeats it.
// Source  docs/decisions/0024-postgres.md.
// Errors  unavailable, low_disk: nothing was written.
// Cost    One round trip and one sync of the database a transaction; two round trips if it failed.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "store/postgres/connection.h"

namespace carillon::postgres {

class Writer {
 public:
  enum class Outcome : std::uint8_t { committed, conflict, unknown };

  explicit Writer(Connection::Options options) : connection_(std::move(options)) {}

  // Connected and registered, and nothing in doubt.
  Result<void> ready();
  // `add` is called once for each attempt.
  Result<Outcome> commit(std::function<void(Pipeline&)> const& add);
  // Whether the transaction in doubt was written; it will not be any more if not. unavailable: it
  // cannot be known yet.
  Result<bool> settle();
  // What the statements of `add` gave, after `committed`; empty if that was found out afterwards.
  std::vector<Rows> const& rows() const { return rows_; }

  // Ends what other open stores have under way.
  Result<void> fence_others();
  Connection& connection() { return connection_; }

 private:
  Result<void> register_anew();
  void roll_back();

  Connection connection_;
  std::string id_;         // empty: not registered
  std::int64_t no_ = 0;    // of the last transaction
  bool in_doubt_ = false;  // whether that after no_ was written is not known
  bool last_settled_ = false;
  std::vector<Rows> rows_;
};

}  // namespace carillon::postgres
