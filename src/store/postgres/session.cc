#include "store/postgres/session.h"

#include <utility>

namespace carillon::postgres {
namespace {

constexpr Sql kBeginInstant{"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"};

}  // namespace

Result<std::vector<Rows>> Session::ask(Pipeline pipeline) {
  if (instant_ == Instant::broken || (instant_ == Instant::begun && !connection_.is_open())) {
    return fail(Errc::unavailable, connection_.where() + " was lost in the middle of a reading");
  }
  bool const fresh = !connection_.is_open();
  CHECK_OK(connection_.ready());
  bool const begins = instant_ == Instant::wanted;
  if (begins) pipeline.add_first(kBeginInstant);
  auto answer = connection_.run(pipeline);
  if (answer.failure && answer.failure->state.empty() && !fresh && instant_ != Instant::begun) {
    CHECK_OK(connection_.ready());
    answer = connection_.run(pipeline);
  }
  if (!answer.failure) {
    if (begins) {
      instant_ = Instant::begun;
      answer.rows.erase(answer.rows.begin());
    }
    return std::move(answer.rows);
  }
  auto failed = connection_.error(*answer.failure);
  // A transaction in which something failed is of no use; neither may be the connection.
  if (instant_ != Instant::none) instant_ = Instant::broken;
  if (instant_ == Instant::broken || meaning_of(*answer.failure) == Meaning::unreachable) {
    connection_.drop();
  }
  return failed;
}

void Session::end_instant() {
  bool const begun = instant_ == Instant::begun && connection_.is_open();
  instant_ = Instant::none;
  if (begun && connection_.run("COMMIT")) connection_.drop();
}

}  // namespace carillon::postgres
