#include "store/postgres/writer.h"

#include <utility>

#include "crypto/crypto.h"
#include "store/postgres/change_sql.h"

namespace carillon::postgres {
namespace {

// Before the store is called unavailable.
constexpr int kTransactionAttempts = 6;
constexpr std::size_t kBeforeClaim = 1;
constexpr std::size_t kWriterIdBytes = 16;

constexpr Sql kRegister{"INSERT INTO writers(writer, no, fenced_at) VALUES($1, 0, 0)"};
constexpr Sql kClaim{
    "WITH done AS (UPDATE writers SET no = $2 + 1 WHERE writer = $1 AND no = $2 AND fenced_at = 0"
    " RETURNING 1) SELECT 1 / count(*) FROM done"};
// $2: the number before the transaction in doubt. Two more mean that it was not written.
constexpr Sql kSettle{
    "UPDATE writers SET no = CASE no WHEN $2 THEN $2 + 2 ELSE no END WHERE writer = $1"
    " RETURNING no"};
constexpr Sql kFence{
    "UPDATE writers SET fenced_at = extract(epoch FROM now())::int8 WHERE fenced_at = 0"};
// By then everybody in doubt has asked.
constexpr Sql kForget{
    "DELETE FROM writers WHERE fenced_at <> 0"
    " AND fenced_at < extract(epoch FROM now())::int8 - 30 * 86400"};

// Whether the server may have committed although it did not say so.
bool leaves_doubt(Failure const& failure) {
  return failure.state.empty() || failure.state.starts_with("08") ||
         failure.state.starts_with("57P");
}

}  // namespace

Result<void> Writer::ready() {
  if (in_doubt_) CHECK_OK(settle());
  CHECK_OK(connection_.ready());
  if (!id_.empty()) return {};
  return register_anew();
}

Result<void> Writer::register_anew() {
  std::string id(kWriterIdBytes, '\0');
  random_bytes(id.data(), id.size());
  Pipeline pipeline;
  pipeline.add(kRegister, id);
  CHECK_OK(connection_.ask(pipeline));
  id_ = std::move(id);
  no_ = 0;
  return {};
}

void Writer::roll_back() {
  if (connection_.is_open() && connection_.run("ROLLBACK")) connection_.drop();
}

Result<Writer::Outcome> Writer::commit(std::function<void(Pipeline&)> const& add) {
  for (int attempt = 1;; ++attempt) {
    bool const may_repeat = attempt < kTransactionAttempts;
    CHECK_OK(ready());
    Pipeline pipeline;
    pipeline.add(kBegin);
    pipeline.add(kClaim, id_, no_);
    add(pipeline);
    pipeline.add(kCommit);
    auto answer = connection_.run(pipeline);
    rows_.clear();
    if (!answer.failure) {
      ++no_;
      for (auto row = kBeforeClaim + 1; row + 1 < answer.rows.size(); ++row) {
        rows_.push_back(std::move(answer.rows[row]));
      }
      return Outcome::committed;
    }
    auto const& failure = *answer.failure;
    auto failed = connection_.error(failure);
    if (leaves_doubt(failure)) {
      connection_.drop();
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
      return failed;
    }
    roll_back();
    if (meaning == Meaning::conflict && failure.statement != kBeforeClaim) return Outcome::conflict;
    if (meaning == Meaning::refused) return failed;
    if (meaning == Meaning::conflict) id_.clear();  // somebody else was opened
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
  return last_settled_;
}

Result<void> Writer::fence_others() {
  CHECK_OK(connection_.ready());
  Pipeline pipeline;
  pipeline.add(kFence);
  pipeline.add(kForget);
  CHECK_OK(connection_.ask(pipeline));
  return {};
}

}  // namespace carillon::postgres
