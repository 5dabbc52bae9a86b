// One connection to the database: prepared statements, many in one round trip, and what to do when
// it breaks.
//
// Shape   Pipeline: statements with their values, sent at once, answered together. A Sql is a
//         constant of the program; each is prepared on a connection when first used there.
//         A connection that broke is made anew when somebody asks (ready), at most so often:
//         between attempts everybody is told at once that the database is out of reach.
// Source  libpq 15, "Pipeline Mode". Sends never block, so that neither side can wait for the other
//         with full buffers.
// Errors  Failure (failure.h). An answer that does not come in time counts as a broken connection.
// Cost    Blocking, a round trip a pipeline: some 50 us on one machine. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "store/postgres/failure.h"
#include "store/postgres/values.h"

struct pg_conn;
struct pg_result;

namespace carillon::postgres {

struct Sql {
  char const* text;
};

class Pipeline {
 public:
  template <class... Values>
  void add(Sql const& sql, Values&&... values) {
    auto& step = steps_.emplace_back();
    step.sql = &sql;
    step.values.reserve(sizeof...(values));
    (step.values.push_back(to_value(std::forward<Values>(values))), ...);
  }
  void add_first(Sql const& sql) { steps_.insert(steps_.begin(), Step{&sql, {}}); }
  std::size_t size() const { return steps_.size(); }

 private:
  friend class Connection;
  struct Step {
    Sql const* sql = nullptr;
    std::vector<Value> values;
  };
  static Value to_value(Column column) { return std::move(column).take(); }
  static Value to_value(std::string_view bytes) { return value_of(bytes); }
  static Value to_value(std::integral auto number) {
    return value_of(static_cast<std::int64_t>(number));
  }

  std::vector<Step> steps_;
};

// What one statement gave.
class Rows {
 public:
  explicit Rows(pg_result* result) : result_(result) {}
  Rows(Rows&& other) noexcept : result_(std::exchange(other.result_, nullptr)) {}
  Rows& operator=(Rows&& other) noexcept {
    std::swap(result_, other.result_);
    return *this;
  }
  ~Rows();

  std::size_t size() const;
  bool empty() const { return size() == 0; }
  Row operator[](std::size_t row) const;
  std::int64_t affected() const;  // by a statement that writes

 private:
  pg_result* result_;
};

struct Answer {
  std::vector<Rows> rows;  // of each statement
  std::optional<Failure> failure;
};

class Connection {
 public:
  enum class Mode : std::uint8_t {
    write,
    read,    // what was committed, also a moment ago: not from a replica
    follow,  // the same, and writes what may be lost with the database
    look,    // from any member
  };
  struct Options {
    std::string address;  // URL or "key=value ..."
    Mode mode = Mode::write;
    std::chrono::milliseconds answer_within{30'000};
    std::chrono::milliseconds retry_first{100};  // doubled with each attempt that fails
    std::chrono::milliseconds retry_last{2'000};
  };

  explicit Connection(Options options) : options_(std::move(options)) {}
  Connection(Connection const&) = delete;
  ~Connection();

  // Connected, if need be now; fails at once while the next attempt is not due.
  Result<void> ready();
  bool is_open() const { return connection_ != nullptr; }
  // One transaction, unless the statements begin and end one themselves. Needs ready().
  Answer run(Pipeline const& pipeline);
  // SQL without values, some statements after one another.
  std::optional<Failure> run(char const* sql);
  // run(), for statements whose failures are nothing but failures. What broke is closed; a
  // transaction that is open stays so.
  Result<std::vector<Rows>> ask(Pipeline const& pipeline);
  Error error(Failure const& failure) const { return error_of(failure, where_); }
  // Closes the connection; ready() makes another.
  void drop();
  std::string const& where() const { return where_; }

 private:
  using Deadline = std::chrono::steady_clock::time_point;

  Result<void> connect();
  Result<void> prepare_session();
  void notice_end();
  Failure lost(std::string text);
  bool wait(short events, Deadline deadline);
  // The next result, null between two; nothing if the connection broke.
  std::optional<pg_result*> next_result(Deadline deadline);
  bool send(Pipeline::Step const& step, std::vector<Sql const*>& prepares);

  Options options_;
  pg_conn* connection_ = nullptr;
  std::string where_ = "the database";
  std::unordered_map<Sql const*, std::string> prepared_;
  std::uint64_t names_ = 0;
  std::chrono::milliseconds retry_after_{0};
  Deadline next_attempt_{};
  Error last_error_{};
};

// Of an address that cannot be read as one.
Result<void> check_address(std::string const& address);

}  // namespace carillon::postgres
