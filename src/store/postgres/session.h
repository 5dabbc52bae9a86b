// A connection for reading: each question a round trip, or many that see one instant.
//
// Shape   The transaction of an instant begins with its first question, in the same round trip.
// Errors  unavailable. A connection that had broken unnoticed is made anew once, unless an instant
//         is under way: what it saw is gone then.
#pragma once

#include "store/postgres/connection.h"

namespace carillon::postgres {

class Session {
 public:
  explicit Session(Connection::Options options) : connection_(std::move(options)) {}

  Result<void> ready() { return connection_.ready(); }
  // One answer for each statement.
  Result<std::vector<Rows>> ask(Pipeline pipeline);
  // Of one statement.
  template <class... Values>
  Result<Rows> ask(Sql const& sql, Values&&... values) {
    Pipeline pipeline;
    pipeline.add(sql, std::forward<Values>(values)...);
    TRY(auto answers, ask(std::move(pipeline)));
    return std::move(answers.front());
  }

  void begin_instant() { instant_ = Instant::wanted; }
  void end_instant();
  Connection& connection() { return connection_; }

 private:
  enum class Instant : std::uint8_t { none, wanted, begun, broken };

  Connection connection_;
  Instant instant_ = Instant::none;
};

}  // namespace carillon::postgres
