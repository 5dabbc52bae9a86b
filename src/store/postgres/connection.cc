#include "store/postgres/connection.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <poll.h>
#include <utility>

#include "store/postgres/libpq.h"

namespace carillon::postgres {
namespace {

constexpr int kBinary = 1;

// Plans: every statement finds its rows by an index. A plan that was made while a table was empty
// must not read it from end to end once it is not. Locks and idle transactions: a node that hangs
// must not hold up the others. A commit that is answered is on disk.
constexpr char kSession[] =
    "SET client_min_messages = warning; SET default_transaction_isolation = 'read committed';"
    "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;"
    "SET jit = off; SET plan_cache_mode = force_generic_plan; SET lock_timeout = '5s';"
    "SET idle_in_transaction_session_timeout = '60s'; SET client_connection_check_interval = '5s';"
    "SELECT set_config('synchronous_commit', 'on', false)"
    " WHERE current_setting('synchronous_commit') = 'off'";

// Of a server that hangs while it is its turn to write (ledger/change_log.h).
constexpr char kTurn[] = "SET idle_in_transaction_session_timeout = '2s'";

std::string text_of(char const* text) { return text == nullptr ? std::string() : text; }

Failure failure_of(pg_result const* result, std::size_t statement) {
  return {.state = text_of(libpq.PQresultErrorField(result, PG_DIAG_SQLSTATE)),
          .text = text_of(libpq.PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY)),
          .statement = statement};
}

bool is_good(pg_result const* result) {
  auto const status = libpq.PQresultStatus(result);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

}  // namespace

Rows::~Rows() { libpq.PQclear(result_); }

std::size_t Rows::size() const { return static_cast<std::size_t>(libpq.PQntuples(result_)); }

Row Rows::operator[](std::size_t row) const {
  Row out;
  auto const at = static_cast<int>(row);
  int const columns = std::min(libpq.PQnfields(result_), Row::kColumnsMax);
  for (int column = 0; column < columns; ++column) {
    if (libpq.PQgetisnull(result_, at, column) != 0) continue;
    out.set(column, libpq.PQgetvalue(result_, at, column), libpq.PQgetlength(result_, at, column));
  }
  return out;
}

std::int64_t Rows::affected() const {
  return std::strtoll(libpq.PQcmdTuples(result_), nullptr, 10);
}

Connection::~Connection() { drop(); }

void Connection::drop() {
  if (connection_ != nullptr) libpq.PQfinish(connection_);
  connection_ = nullptr;
  prepared_.clear();
}

// What ended while nobody used it is better known before something is sent that cannot be undone.
void Connection::notice_end() {
  constexpr int kLooks = 4;  // the server's last words come before the end
  for (int look = 0; look < kLooks; ++look) {
    pollfd socket{.fd = libpq.PQsocket(connection_), .events = POLLIN, .revents = 0};
    if (poll(&socket, 1, 0) <= 0) return;
    if (libpq.PQconsumeInput(connection_) == 0) return drop();
  }
}

Result<void> Connection::ready() {
  if (connection_ != nullptr) notice_end();
  if (connection_ != nullptr) return {};
  auto const now = std::chrono::steady_clock::now();
  if (now < next_attempt_) return last_error_;
  auto connected = connect();
  if (connected) {
    retry_after_ = {};
    next_attempt_ = {};
    return {};
  }
  drop();
  retry_after_ = std::clamp(2 * retry_after_, options_.retry_first, options_.retry_last);
  next_attempt_ = std::chrono::steady_clock::now() + retry_after_;
  last_error_ = connected.error();
  return last_error_;
}

Result<void> Connection::connect() {
  CHECK_OK(load_libpq());
  // What stands before the address may be said otherwise in it.
  std::array<char const*, 8> const keys{"connect_timeout",
                                        "fallback_application_name",
                                        "keepalives_idle",
                                        "keepalives_interval",
                                        "tcp_user_timeout",
                                        "dbname",
                                        nullptr};
  std::array<char const*, 8> const values{
      "3", "carillon", "10", "5", "15000", options_.address.c_str(), nullptr};
  connection_ = libpq.PQconnectdbParams(keys.data(), values.data(), 1);
  if (connection_ == nullptr) return fail(Errc::unavailable, "out of memory");
  auto const host = text_of(libpq.PQhost(connection_));
  where_ = "the database " + text_of(libpq.PQdb(connection_));
  if (!host.empty()) where_ += " on " + host + ":" + text_of(libpq.PQport(connection_));
  if (libpq.PQstatus(connection_) != CONNECTION_OK) {
    return connect_error(text_of(libpq.PQerrorMessage(connection_)), where_);
  }
  libpq.PQsetnonblocking(connection_, 1);
  libpq.PQsetNoticeProcessor(
      connection_, [](void*, char const*) {}, nullptr);
  return prepare_session();
}

Result<void> Connection::prepare_session() {
  static constexpr Sql kReadOnly{"SELECT (current_setting('transaction_read_only') = 'on')::int"};
  if (options_.mode != Mode::look) {
    Pipeline pipeline;
    pipeline.add(kReadOnly);
    auto const answer = run(pipeline);
    if (answer.failure) return error(*answer.failure);
    if (answer.rows.front()[0].integer(0) != 0) {
      return error(Failure{"25006", "it takes no writes", 0});
    }
  }
  if (auto const failure = run(kSession)) return error(*failure);
  auto const* own = options_.mode == Mode::write    ? kTurn
                    : options_.mode == Mode::follow ? "SET synchronous_commit = off"
                                                    : "SET default_transaction_read_only = on";
  if (auto const failure = run(own)) return error(*failure);
  return {};
}

Failure Connection::lost(std::string text) {
  if (connection_ != nullptr && text.empty()) text = text_of(libpq.PQerrorMessage(connection_));
  drop();
  return {.state = {}, .text = text.empty() ? "it did not answer in time" : std::move(text)};
}

// False if nothing happened until the deadline.
bool Connection::wait(short events, Deadline deadline) {
  for (;;) {
    auto const left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd socket{.fd = libpq.PQsocket(connection_), .events = events, .revents = 0};
    int const ready = poll(&socket, 1, static_cast<int>(left.count()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

std::optional<pg_result*> Connection::next_result(Deadline deadline) {
  for (;;) {
    int const unsent = libpq.PQflush(connection_);
    if (unsent < 0) return std::nullopt;
    if (libpq.PQisBusy(connection_) == 0) return libpq.PQgetResult(connection_);
    if (!wait(static_cast<short>(unsent > 0 ? POLLIN | POLLOUT : POLLIN), deadline)) {
      return std::nullopt;
    }
    if (libpq.PQconsumeInput(connection_) == 0) return std::nullopt;
  }
}

bool Connection::send(Pipeline::Step const& step, std::vector<Sql const*>& prepares) {
  auto [name, is_new] = prepared_.try_emplace(step.sql);
  std::vector<char const*> values;
  std::vector<int> sizes;
  std::vector<int> formats(step.values.size(), kBinary);
  std::vector<Oid> types;
  for (auto const& value : step.values) {
    values.push_back(value.null ? nullptr : value.bytes.data());
    sizes.push_back(static_cast<int>(value.bytes.size()));
    types.push_back(static_cast<Oid>(value.type));
  }
  auto const count = static_cast<int>(step.values.size());
  if (is_new) {
    name->second = "s" + std::to_string(++names_);
    if (libpq.PQsendPrepare(connection_, name->second.c_str(), step.sql->text, count,
                            types.data()) == 0) {
      return false;
    }
    prepares.push_back(step.sql);
  } else {
    prepares.push_back(nullptr);
  }
  return libpq.PQsendQueryPrepared(connection_, name->second.c_str(), count, values.data(),
                                   sizes.data(), formats.data(), kBinary) != 0;
}

Answer Connection::run(Pipeline const& pipeline) {
  Answer out;
  if (connection_ == nullptr) {
    out.failure = lost("there is no connection");
    return out;
  }
  auto const deadline = std::chrono::steady_clock::now() + options_.answer_within;
  std::vector<Sql const*> prepares;  // before each statement: the one that is prepared there
  prepares.reserve(pipeline.size());
  bool sent = libpq.PQenterPipelineMode(connection_) != 0;
  for (auto const& step : pipeline.steps_) sent = sent && send(step, prepares);
  if (!sent || libpq.PQpipelineSync(connection_) == 0) {
    out.failure = lost({});
    return out;
  }

  // Results stand in the order of the statements, a null one after each; after a failure they say
  // that nothing was done any more.
  out.rows.reserve(pipeline.size());
  std::vector<Sql const*> unprepared;
  auto const take = [&](std::size_t statement) -> bool {
    auto const result = next_result(deadline);
    if (!result || *result == nullptr) return false;
    Rows rows(*result);
    if (!is_good(*result) && libpq.PQresultStatus(*result) != PGRES_PIPELINE_ABORTED &&
        !out.failure) {
      out.failure = failure_of(*result, statement);
    }
    auto const end = next_result(deadline);
    if (!end || *end != nullptr) return false;
    out.rows.push_back(std::move(rows));
    return true;
  };
  for (std::size_t at = 0; at < pipeline.size(); ++at) {
    if (prepares[at] != nullptr) {
      if (!take(at)) {
        out.failure = lost({});
        return out;
      }
      out.rows.pop_back();
      if (out.failure) unprepared.push_back(prepares[at]);
    }
    if (!take(at) || (out.failure && out.failure->state.empty())) {
      out.failure = lost(out.failure ? out.failure->text : std::string());
      return out;
    }
  }
  auto const sync = next_result(deadline);
  bool const in_step =
      sync && *sync != nullptr && libpq.PQresultStatus(*sync) == PGRES_PIPELINE_SYNC;
  if (sync) libpq.PQclear(*sync);
  if (!in_step || libpq.PQexitPipelineMode(connection_) == 0) {
    if (!out.failure) out.failure = lost({});
    drop();
    return out;
  }
  for (auto const* sql : unprepared) prepared_.erase(sql);
  if (out.failure) out.rows.clear();
  return out;
}

std::optional<Failure> Connection::run(char const* sql) {
  if (connection_ == nullptr) return lost("there is no connection");
  auto const deadline = std::chrono::steady_clock::now() + options_.answer_within;
  if (libpq.PQsendQuery(connection_, sql) == 0) return lost({});
  std::optional<Failure> failure;
  for (;;) {
    auto const result = next_result(deadline);
    if (!result) return lost({});
    if (*result == nullptr) break;
    Rows const rows(*result);
    if (!is_good(*result) && !failure) failure = failure_of(*result, 0);
  }
  if (failure && failure->state.empty()) return lost(failure->text);
  return failure;
}

Result<std::vector<Rows>> Connection::ask(Pipeline const& pipeline) {
  auto answer = run(pipeline);
  if (!answer.failure) return std::move(answer.rows);
  auto failed = error(*answer.failure);
  if (meaning_of(*answer.failure) == Meaning::unreachable) drop();
  return failed;
}

Result<void> check_address(std::string const& address) {
  CHECK_OK(load_libpq());
  char* problem = nullptr;
  auto* options = libpq.PQconninfoParse(address.c_str(), &problem);
  if (options != nullptr) {
    libpq.PQconninfoFree(options);
    return {};
  }
  libpq.PQfreemem(problem);  // not told: it may repeat what was given, a password with it
  return fail(Errc::invalid_field,
              "the database's address cannot be read (--store; of migrate --from or --to): write "
              "postgres://USER@HOST:5432/DATABASE, or \"host=... dbname=... user=...\"; the "
              "password may be in PGPASSWORD or ~/.pgpass");
}

}  // namespace carillon::postgres
