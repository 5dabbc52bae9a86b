// One connection to the data file, its prepared statements and their rows.
//
// Shape   Database 1-n Statement 1-1 Cursor. A Statement is prepared when first used and kept; a
//         Cursor resets it when it goes, so that no read stays open by accident.
// Source  sqlite.org/c3ref; the pragmas are those of reference/stack.md, "Durable acceptance".
// Errors  already_exists: a key is taken (the caller makes a conflict of it). low_disk: the disk is
//         full. internal: the file is damaged. unavailable: anything else. A failed fsync ends the
//         process: what the kernel dropped then cannot be written again, so memory would lie.
// Cost    Blocking; one thread a connection (SQLITE_OPEN_NOMUTEX).
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/sqlite/wal_vfs.h"

struct sqlite3;
struct sqlite3_stmt;

namespace carillon::sqlite {

class Database;

struct Blob {
  std::string_view bytes;  // empty: stored as NULL
};

// The rows of one running query.
class Cursor {
 public:
  Cursor(Database& db, sqlite3_stmt* statement, int code);
  Cursor(Cursor const&) = delete;
  ~Cursor();

  // True while there is a row; after false, end() says whether all rows were read.
  bool next();
  Result<void> end() const;

  std::int64_t integer(int column) const;
  bool null(int column) const;
  std::string_view bytes(int column) const;  // text or blob; good until next()

 private:
  Database& db_;
  sqlite3_stmt* statement_;
  int code_;
};

class Statement {
 public:
  Statement(Database& db, std::string sql) : db_(db), sql_(std::move(sql)) {}
  Statement(Statement const&) = delete;
  ~Statement();

  // Text and blobs are not copied: they must live until run() returns, or the cursor is gone.
  template <class... Values>
  Result<void> run(Values const&... values) {
    int const code = bind_all(values...);
    return finish(code);
  }
  template <class... Values>
  Cursor query(Values const&... values) {
    int const code = bind_all(values...);
    return Cursor(db_, statement_, code);
  }
  // run(), and whether it changed exactly one row.
  template <class... Values>
  Result<bool> changes_one(Values const&... values) {
    CHECK_OK(run(values...));
    return changes() == 1;
  }
  std::int64_t changes() const;  // of the last run()

 private:
  template <class... Values>
  int bind_all(Values const&... values) {
    int code = prepare();
    int at = 0;
    ((code = code == 0 ? bind(++at, values) : code), ...);
    return code;
  }
  int prepare();
  int bind(int at, std::integral auto value) {
    return bind_integer(at, static_cast<std::int64_t>(value));
  }
  int bind(int at, std::string_view text);
  int bind(int at, Blob blob);
  template <class T>
  int bind(int at, std::optional<T> const& value) {
    return value ? bind(at, *value) : bind_null(at);
  }
  int bind_integer(int at, std::int64_t value);
  int bind_null(int at);
  Result<void> finish(int code);

  Database& db_;
  std::string sql_;
  sqlite3_stmt* statement_ = nullptr;
};

class Database {
 public:
  enum class Mode : std::uint8_t { create, write, read };
  // How a commit reaches the disk: before it returns, or with the next one that is synced.
  enum class Sync : std::uint8_t { full, with_next };
  struct Options {
    std::string file;
    std::string vfs;  // empty: the system's
    Mode mode = Mode::write;
    Sync sync = Sync::full;
    std::size_t cache_bytes = 1 << 20;
  };

  static Result<std::unique_ptr<Database>> open(Options options);
  Database(Database const&) = delete;
  ~Database();

  Result<void> run(char const* sql);  // one or more statements, rows ignored
  Result<std::int64_t> number(char const* sql);
  Error failure(int code) const;
  sqlite3* handle() const { return handle_; }
  std::string const& file() const { return options_.file; }

 private:
  friend class Transaction;
  Database(Options options, std::unique_ptr<WalVfs> vfs, sqlite3* handle);

  Options options_;
  std::unique_ptr<WalVfs> vfs_;  // none for who only reads; goes last, after every statement
  sqlite3* handle_;
  Statement begin_;
  Statement commit_;
  Statement rollback_;
  Statement begin_read_;
};

// Rolled back unless commit() succeeded.
class Transaction {
 public:
  // A write transaction excludes every other writer; a read transaction sees one instant, that of
  // the transaction around it if there is one.
  static Result<Transaction> begin_write(Database& db);
  static Result<Transaction> begin_read(Database& db);
  Transaction(Transaction&& other) noexcept : db_(std::exchange(other.db_, nullptr)) {}
  ~Transaction();

  Result<void> commit();

 private:
  explicit Transaction(Database* db) : db_(db) {}
  Database* db_;  // null: the one around it goes on
};

}  // namespace carillon::sqlite
