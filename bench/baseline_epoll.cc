// What the server's speed is compared with: one thread, epoll, and only the unavoidable work.
//
//   baseline_epoll fixed --answer FILE                   answers each request with the file's bytes
//   baseline_epoll commit --answer FILE --database FILE  the same, after each request's body is a
//                                                        row of a SQLite database and on disk
//   baseline_epoll append --answer FILE --file FILE      the same, after each request's body is at
//                                                        the end of a file and on disk
//   baseline_epoll postgres --answer FILE --store ADDRESS  the same, after each request's body is a
//                                                        row of a PostgreSQL database and on disk
//
// Shape   `commit` takes all requests that came in one epoll turn into one transaction (WAL,
//         synchronous=FULL), commits, then answers them all; `append` the same with one write and
//         one fdatasync: what no store can beat that keeps a plain file. `postgres` inserts all of
//         a turn by one `unnest`. Nothing of a request is
//         read but where it ends. Prints `ready PORT`; SIGTERM ends it.
// Source  The default checkpoint of SQLite, every 1000 pages, unless --autocheckpoint says other.

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <libpq-fe.h>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include <sqlite3.h>

#include "http_bytes.h"
#include "loopback.h"

namespace carillon::bench {
namespace {

constexpr int kEventsMax = 1024;
constexpr std::size_t kReadBytes = 64 * 1024;
constexpr int kAutocheckpoint = 1000;

[[noreturn]] void die(std::string const& what) {
  std::fprintf(stderr, "baseline_epoll: %s\n", what.c_str());
  std::exit(1);
}

struct Connection {
  int fd = -1;
  std::size_t answers_due = 0;
  std::string rest;  // of a request that is not complete
};

// Keeps the bodies of one turn's requests: all on disk after commit().
class Journal {
 public:
  virtual ~Journal() = default;
  virtual void add(std::string_view body) = 0;
  virtual void commit() = 0;
};

class SqliteJournal : public Journal {
 public:
  SqliteJournal(std::string const& file, int autocheckpoint) {
    if (sqlite3_open(file.c_str(), &db_) != SQLITE_OK) die("cannot open " + file);
    run("PRAGMA journal_mode=WAL");
    run("PRAGMA synchronous=FULL");
    run("PRAGMA wal_autocheckpoint=" + std::to_string(autocheckpoint));
    run("CREATE TABLE IF NOT EXISTS requests(id INTEGER PRIMARY KEY, body BLOB)");
    begin_ = prepare("BEGIN IMMEDIATE");
    insert_ = prepare("INSERT INTO requests(body) VALUES(?)");
    commit_ = prepare("COMMIT");
  }

  void add(std::string_view body) override {
    if (!open_) step(begin_);
    open_ = true;
    sqlite3_bind_blob(insert_, 1, body.data(), static_cast<int>(body.size()), SQLITE_STATIC);
    step(insert_);
  }

  void commit() override {
    if (open_) step(commit_);
    open_ = false;
  }

 private:
  void run(std::string const& sql) {
    if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) die(sql);
  }
  sqlite3_stmt* prepare(char const* sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(db_, sql, -1, &statement, nullptr) != SQLITE_OK) die(sql);
    return statement;
  }
  void step(sqlite3_stmt* statement) {
    if (sqlite3_step(statement) != SQLITE_DONE) die(sqlite3_errmsg(db_));
    sqlite3_reset(statement);
  }

  sqlite3* db_ = nullptr;
  sqlite3_stmt* begin_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
  sqlite3_stmt* commit_ = nullptr;
  bool open_ = false;
};

class FileJournal : public Journal {
 public:
  explicit FileJournal(std::string const& file)
      : file_(open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {
    if (file_ < 0) die("cannot open " + file);
  }

  void add(std::string_view body) override { waiting_.append(body); }

  void commit() override {
    if (waiting_.empty()) return;
    if (write(file_, waiting_.data(), waiting_.size()) != static_cast<ssize_t>(waiting_.size()) ||
        fdatasync(file_) != 0) {
      die("cannot write");
    }
    waiting_.clear();
  }

 private:
  int file_;
  std::string waiting_;
};

class PostgresJournal : public Journal {
 public:
  explicit PostgresJournal(std::string const& address) : db_(PQconnectdb(address.c_str())) {
    run(PQexec(db_,
               "CREATE TABLE requests(turn bigint, place bigint, body bytea,"
               " PRIMARY KEY(turn, place))"));
    run(PQprepare(db_, "insert",
                  "INSERT INTO requests(turn, place, body) SELECT $1::bigint, u.place, u.body"
                  " FROM unnest($2::bytea[]) WITH ORDINALITY u(body, place)",
                  0, nullptr));
  }

  void add(std::string_view body) override {
    if (count_ == 0) bodies_.assign(kHeaderBytes, '\0');
    put(bodies_.size(), static_cast<std::uint32_t>(body.size()));
    bodies_.append(body);
    ++count_;
  }

  // One dimension, no nulls, elements of type bytea, their number, the first one's index.
  void commit() override {
    if (count_ == 0) return;
    std::uint32_t const header[] = {1, 0, 17, count_, 1};
    for (std::size_t i = 0; i < std::size(header); ++i) put(4 * i, header[i]);
    auto const turn = std::to_string(++turn_);
    char const* const values[] = {turn.c_str(), bodies_.data()};
    int const sizes[] = {0, static_cast<int>(bodies_.size())};
    int const formats[] = {0, 1};
    run(PQexecPrepared(db_, "insert", 2, values, sizes, formats, 1));
    count_ = 0;
  }

 private:
  static constexpr std::size_t kHeaderBytes = 20;

  void put(std::size_t at, std::uint32_t number) {
    if (bodies_.size() < at + 4) bodies_.resize(at + 4);
    for (std::size_t i = 4; i-- > 0; number >>= 8) bodies_[at + i] = static_cast<char>(number);
  }
  void run(PGresult* result) {
    if (PQresultStatus(result) != PGRES_COMMAND_OK) die(PQerrorMessage(db_));
    PQclear(result);
  }

  PGconn* db_;
  std::string bodies_;
  std::uint32_t count_ = 0;
  std::uint64_t turn_ = 0;
};

class Server {
 public:
  Server(std::string answer, std::unique_ptr<Journal> journal)
      : answer_(std::move(answer)), journal_(std::move(journal)) {
    epoll_ = epoll_create1(0);
    auto const listener = listen_on_loopback(1024, SOCK_NONBLOCK);
    if (!listener) die("cannot listen");
    listener_ = listener->fd;
    watch(listener_, nullptr);
    std::printf("ready %d\n", listener->port);
    std::fflush(stdout);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, kEventsMax> events;
    for (;;) {
      int const n = epoll_wait(epoll_, events.data(), kEventsMax, -1);
      for (int i = 0; i < n; ++i) {
        auto* connection = static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr);
        if (connection == nullptr) {
          accept_all();
        } else {
          receive(*connection);
        }
      }
      if (journal_ == nullptr) continue;
      journal_->commit();
      for (auto* connection : answer_after_commit_) answer(*connection);
      answer_after_commit_.clear();
    }
  }

 private:
  void watch(int fd, Connection* connection) const {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = connection;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }

  void accept_all() const {
    for (;;) {
      int const fd = accept_from(listener_);
      if (fd < 0) return;
      auto* connection = new Connection;
      connection->fd = fd;
      watch(fd, connection);
    }
  }

  void receive(Connection& connection) {
    auto const n = recv(connection.fd, buffer_.data(), buffer_.size(), 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) {
      close(connection.fd);
      delete &connection;
      return;
    }
    std::string_view bytes(buffer_.data(), static_cast<std::size_t>(n));
    if (!connection.rest.empty()) bytes = connection.rest.append(bytes);
    std::size_t done = 0;
    for (;;) {
      auto const left = bytes.substr(done);
      auto const bounds = find_message(left);
      if (bounds.total == 0 || bounds.total > left.size()) break;
      if (journal_) journal_->add(left.substr(bounds.header, bounds.total - bounds.header));
      done += bounds.total;
      ++connection.answers_due;
    }
    if (connection.rest.empty()) {
      connection.rest.assign(bytes.substr(done));
    } else {
      connection.rest.erase(0, done);
    }
    if (connection.answers_due == 0) return;
    if (journal_) {
      answer_after_commit_.push_back(&connection);
    } else {
      answer(connection);
    }
  }

  void answer(Connection& connection) const {
    for (; connection.answers_due > 0; --connection.answers_due) {
      // An answer is far smaller than a socket's buffer and the load waits for each.
      if (send(connection.fd, answer_.data(), answer_.size(), MSG_NOSIGNAL) < 0) return;
    }
  }

  std::string const answer_;
  std::unique_ptr<Journal> const journal_;
  int epoll_ = -1;
  int listener_ = -1;
  std::vector<Connection*> answer_after_commit_;
  std::vector<char> buffer_ = std::vector<char>(kReadBytes);
};

std::unique_ptr<Journal> open_journal(std::string const& mode,
                                      std::map<std::string, std::string>& given) {
  if (mode == "commit" && given.contains("--database")) {
    int const pages =
        given.contains("--autocheckpoint") ? std::stoi(given["--autocheckpoint"]) : kAutocheckpoint;
    return std::make_unique<SqliteJournal>(given["--database"], pages);
  }
  if (mode == "append" && given.contains("--file")) {
    return std::make_unique<FileJournal>(given["--file"]);
  }
  if (mode == "postgres" && given.contains("--store")) {
    return std::make_unique<PostgresJournal>(given["--store"]);
  }
  if (mode != "fixed") {
    die("usage: baseline_epoll fixed --answer FILE | commit --answer FILE --database FILE | "
        "append --answer FILE --file FILE | postgres --answer FILE --store ADDRESS");
  }
  return nullptr;
}

int run(int argc, char** argv) {
  std::string const mode = argc > 1 ? argv[1] : "";
  std::map<std::string, std::string> given;
  for (int i = 2; i + 1 < argc; i += 2) given[argv[i]] = argv[i + 1];
  auto journal = open_journal(mode, given);
  std::ifstream in(given["--answer"], std::ios::binary);
  if (!in) die("cannot read the answer");
  std::stringstream answer;
  answer << in.rdbuf();
  Server(answer.str(), std::move(journal)).run();
}

}  // namespace
}  // namespace carillon::bench

int main(int argc, char** argv) { return carillon::bench::run(argc, argv); }
