#include "store/postgres/writer.h"

#include <utility>

#include "crypto/crypto.h"
#include "store/postgres/change_sql.h"
#include "store/postgres/log_reading.h"

namespace carillon::postgres {
namespace {

// Before the store is called unavailable.
constexpr int kTransactionAttempts = 6;
constexpr std::size_t kWriterIdBytes = 16;

constexpr Sql kRegister{
    "INSERT INTO writers(writer, no, opened_at) VALUES($1, 0, extract(epoch FROM now())::int8)"
    " ON CONFLICT (writer) DO UPDATE SET no = 0"};
// One that is still open notices at its next commit, and registers again.
constexpr Sql kForget{
    "DELETE FROM writers WHERE opened_at < extract(epoch FROM now())::int8 - 90 * 86400"};
constexpr Sql kClaim{
    "WITH done AS (UPDATE writers SET no = $2 + 1 WHERE writer = $1 AND no = $2 RETURNING 1)"
    " SELECT 1 / count(*) FROM done"};
// $2: the number before the transaction in doubt. Two more mean that it was not written.
constexpr Sql kSettle{
    "UPDATE writers SET no = CASE no WHEN $2 THEN $2 + 2 ELSE no END WHERE writer = $1"
    " RETURNING no"};

constexpr Sql kLockHead{"SELECT newest FROM head WHERE id = 1 FOR UPDATE"};
// Adds an entry to the log, in one statement with the head's move.
#define APPEND(which)                                                     \
  "WITH moved AS (UPDATE head SET newest = newest + 1 WHERE id = 1" which \
  " RETURNING newest),"                                                   \
  " added AS (INSERT INTO changes(position, writer, at, entry)"           \
  " SELECT newest, $1, extract(epoch FROM now())::int8, $2 FROM moved)"   \
  " SELECT 1 / count(*) FROM moved"
constexpr Sql kAppend{APPEND("")};
constexpr Sql kAppendAfter{APPEND(" AND newest = $3")};

// Whether the server may have committed although it did not say so.
bool leaves_doubt(Failure const& failure) {
  return failure.state.empty() || failure.state.starts_with("08") ||
         failure.state.starts_with("57P") || failure.state.starts_with("25P03");
}

std::string make_id() {
  std::string id(kWriterIdBytes, '\0');
  random_bytes(id.data(), id.size());
  return id;
}

}  // namespace

Writer::Writer(Connection::Options options) : connection_(std::move(options)), id_(make_id()) {}

Result<void> Writer::ready() {
  if (in_doubt_) CHECK_OK(settle());
  CHECK_OK(connection_.ready());
  if (registered_) return {};
  return register_anew();
}

Result<void> Writer::register_anew() {
  Pipeline pipeline;
  pipeline.add(kForget);
  pipeline.add(kRegister, id_);
  CHECK_OK(connection_.ask(pipeline));
  registered_ = true;
  no_ = 0;
  return {};
}

void Writer::roll_back() {
  in_turn_ = false;
  if (connection_.is_open() && connection_.run("ROLLBACK")) connection_.drop();
}

void Writer::note_committed() {
  in_turn_ = false;
  if (expected_) ++*expected_;
}

Result<LogNews> Writer::take_turn() {
  CHECK_OK(ready());
  Pipeline pipeline;
  pipeline.add(kBegin);
  pipeline.add(kLockHead);
  add_news(pipeline, expected());
  auto answer = connection_.run(pipeline);
  if (answer.failure) {
    auto failed = connection_.error(*answer.failure);
    if (meaning_of(*answer.failure) == Meaning::unreachable) connection_.drop();
    roll_back();
    return failed;
  }
  in_turn_ = true;
  auto news = read_news(answer.rows[2], answer.rows[3], expected(), id_);
  if (!news) {
    roll_back();
    return news;
  }
  expected_ = news->newest;
  return news;
}

void Writer::end_turn() {
  if (in_turn_) roll_back();
}

Result<Writer::Outcome> Writer::commit(std::function<void(Pipeline&)> const& add,
                                       std::string_view entry) {
  for (int attempt = 1;; ++attempt) {
    bool const may_repeat = attempt < kTransactionAttempts;
    if (!in_turn_ || !connection_.is_open()) {
      in_turn_ = false;
      CHECK_OK(ready());
    }
    Pipeline pipeline;
    if (!in_turn_) pipeline.add(kBegin);
    if (expected_) {
      pipeline.add(kAppendAfter, id_, entry, *expected_);
    } else {
      pipeline.add(kAppend, id_, entry);
    }
    auto const claim = pipeline.size();
    pipeline.add(kClaim, id_, no_);
    auto const first = pipeline.size();
    add(pipeline);
    pipeline.add(kCommit);
    auto answer = connection_.run(pipeline);
    rows_.clear();
    if (!answer.failure) {
      ++no_;
      note_committed();
      for (auto row = first; row + 1 < answer.rows.size(); ++row) {
        rows_.push_back(std::move(answer.rows[row]));
      }
      return Outcome::committed;
    }
    auto const& failure = *answer.failure;
    auto failed = connection_.error(failure);
    if (leaves_doubt(failure)) {
      connection_.drop();
      in_turn_ = false;
      in_doubt_ = true;
      auto const written = settle();
      if (!written) return Outcome::unknown;
      if (*written) return Outcome::committed;
      if (may_repeat) continue;
      return failed;
    }
    auto const meaning = meaning_of(failure);
    if (meaning == Meaning::unreachable) {
      connection_.drop();
      in_turn_ = false;
      return failed;
    }
    roll_back();
    if (meaning == Meaning::conflict && failure.statement != claim) return Outcome::conflict;
    if (meaning == Meaning::refused) return failed;
    if (meaning == Meaning::conflict) registered_ = false;  // the row was forgotten
    if (!may_repeat) return failed;
  }
}

Result<bool> Writer::settle() {
  if (!in_doubt_) return last_settled_;
  CHECK_OK(connection_.ready());
  Pipeline pipeline;
  pipeline.add(kSettle, id_, no_);
  TRY(auto const answers, connection_.ask(pipeline));
  if (answers.front().empty()) {
    return fail(Errc::internal, connection_.where() +
                                    " no longer knows of this server, so that what became of its "
                                    "last commit cannot be told: was an older backup restored?");
  }
  auto const found = answers.front()[0].integer(0);
  last_settled_ = found == no_ + 1;
  no_ = found;
  in_doubt_ = false;
  if (last_settled_) note_committed();
  return last_settled_;
}

}  // namespace carillon::postgres
