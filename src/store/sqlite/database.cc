#include "store/sqlite/database.h"

#include <cstdio>
#include <cstdlib>
#include <mutex>

#include <sqlite3.h>

namespace carillon::sqlite {
namespace {

constexpr int kBusyMs = 10'000;  // another process writes: a doctor, an import by mistake
constexpr int kExitDiskFailed = 74;

void configure_library() {
  static std::once_flag once;
  // Counting every allocation under one mutex would make all connections wait for each other.
  std::call_once(once, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
}

bool is_taken_key(int code) {
  return code == SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLITE_CONSTRAINT_UNIQUE ||
         code == SQLITE_CONSTRAINT_ROWID;
}

bool is_failed_sync(int code) {
  return code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC;
}

}  // namespace

Cursor::Cursor(Database& db, sqlite3_stmt* statement, int code)
    : db_(db), statement_(statement), code_(code == SQLITE_OK ? SQLITE_ROW : code) {}

Cursor::~Cursor() { sqlite3_reset(statement_); }

bool Cursor::next() {
  if (code_ != SQLITE_ROW) return false;
  code_ = sqlite3_step(statement_);
  return code_ == SQLITE_ROW;
}

Result<void> Cursor::end() const {
  if (code_ == SQLITE_ROW || code_ == SQLITE_DONE) return {};
  return db_.failure(code_);
}

std::int64_t Cursor::integer(int column) const { return sqlite3_column_int64(statement_, column); }

bool Cursor::null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::string_view Cursor::bytes(int column) const {
  auto const* data = static_cast<char const*>(sqlite3_column_blob(statement_, column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

Statement::~Statement() { sqlite3_finalize(statement_); }

int Statement::prepare() {
  if (statement_ != nullptr) return SQLITE_OK;
  return sqlite3_prepare_v3(db_.handle(), sql_.data(), static_cast<int>(sql_.size()),
                            SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
}

int Statement::bind(int at, std::string_view text) {
  return sqlite3_bind_text64(statement_, at, text.data() == nullptr ? "" : text.data(), text.size(),
                             SQLITE_STATIC, SQLITE_UTF8);
}

int Statement::bind(int at, Blob blob) {
  if (blob.bytes.empty()) return bind_null(at);
  return sqlite3_bind_blob64(statement_, at, blob.bytes.data(), blob.bytes.size(), SQLITE_STATIC);
}

int Statement::bind_integer(int at, std::int64_t value) {
  return sqlite3_bind_int64(statement_, at, value);
}

int Statement::bind_null(int at) { return sqlite3_bind_null(statement_, at); }

std::int64_t Statement::changes() const { return sqlite3_changes64(db_.handle()); }

Result<void> Statement::finish(int code) {
  if (code == SQLITE_OK) {
    do code = sqlite3_step(statement_);
    while (code == SQLITE_ROW);
  }
  if (code == SQLITE_DONE) {
    sqlite3_reset(statement_);
    return {};
  }
  auto error = db_.failure(code);  // before the reset, which may forget the text
  sqlite3_reset(statement_);
  return error;
}

Database::Database(Options options, std::unique_ptr<WalVfs> vfs, sqlite3* handle)
    : options_(std::move(options)),
      vfs_(std::move(vfs)),
      handle_(handle),
      begin_(*this, "BEGIN IMMEDIATE"),
      commit_(*this, "COMMIT"),
      rollback_(*this, "ROLLBACK"),
      begin_read_(*this, "BEGIN") {}

Database::~Database() {
  // The statements that are members go after this body; sqlite3_close_v2 waits for them.
  sqlite3_close_v2(handle_);
}

Result<std::unique_ptr<Database>> Database::open(Options options) {
  configure_library();
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (options.mode == Mode::create) flags |= SQLITE_OPEN_CREATE;
  std::unique_ptr<WalVfs> vfs;
  if (options.mode != Mode::read) vfs = std::make_unique<WalVfs>(options.vfs);
  auto const& vfs_name = vfs ? vfs->name() : options.vfs;
  sqlite3* handle = nullptr;
  int const code = sqlite3_open_v2(options.file.c_str(), &handle, flags,
                                   vfs_name.empty() ? nullptr : vfs_name.c_str());
  if (handle == nullptr) return fail(Errc::unavailable, options.file + ": out of memory");
  std::unique_ptr<Database> db(new Database(std::move(options), std::move(vfs), handle));
  if (code != SQLITE_OK) return db->failure(code);

  sqlite3_busy_timeout(handle, kBusyMs);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  auto const cache = "PRAGMA cache_size=-" + std::to_string(db->options_.cache_bytes / 1024 + 1);
  CHECK_OK(
      db->run("PRAGMA mmap_size=0; PRAGMA secure_delete=FAST; PRAGMA foreign_keys=OFF;"
              "PRAGMA temp_store=MEMORY"));
  CHECK_OK(db->run(cache.c_str()));
  if (db->options_.mode == Mode::read) {
    CHECK_OK(db->run("PRAGMA query_only=ON"));
  } else {
    // Without spilling, pages are written by a commit and by nothing else: what WalVfs relies on.
    CHECK_OK(
        db->run("PRAGMA cache_spill=OFF; PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0"));
  }
  CHECK_OK(db->run(db->options_.sync == Sync::full ? "PRAGMA synchronous=FULL"
                                                   : "PRAGMA synchronous=NORMAL"));
  return db;
}

Result<void> Database::run(char const* sql) {
  int const code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failure(code);
  return {};
}

Result<std::int64_t> Database::number(char const* sql) {
  Statement statement(*this, sql);
  auto row = statement.query();
  if (row.next()) return row.integer(0);
  CHECK_OK(row.end());
  return fail(Errc::internal, file() + ": no answer to " + sql);
}

Error Database::failure(int code) const {
  auto const text =
      file() + ": " + sqlite3_errmsg(handle_) + " (SQLite " + std::to_string(code) + ")";
  if (is_failed_sync(code)) {
    std::fprintf(stderr,
                 "carillon: the disk did not confirm what was written to %s. The server stops, "
                 "because it cannot know what is stored; check the disk, then start it again: "
                 "everything that was acknowledged before is there.\n",
                 file().c_str());
    std::_Exit(kExitDiskFailed);
  }
  if (is_taken_key(code)) return fail(Errc::already_exists, text);
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
    case SQLITE_MISUSE:
      return fail(Errc::internal, text);  // our own mistake
    case SQLITE_FULL:
      return fail(Errc::low_disk, text + "; free some space on that disk");
    case SQLITE_NOTADB:
      return fail(Errc::internal,
                  file() +
                      " is not a database, or is damaged; restore a backup, or move the file "
                      "away to start empty");
    case SQLITE_CORRUPT:
      return fail(Errc::internal, text + "; stop the server and restore a backup");
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
      return fail(Errc::unavailable,
                  text + "; the folder and the files in it must be writable for this user");
    case SQLITE_BUSY:
      return fail(Errc::unavailable, text + "; another process has been writing for too long");
    default:
      return fail(Errc::unavailable, text);
  }
}

Result<Transaction> Transaction::begin_write(Database& db) {
  CHECK_OK(db.begin_.run());
  return Transaction(&db);
}

Result<Transaction> Transaction::begin_read(Database& db) {
  if (sqlite3_get_autocommit(db.handle_) == 0) return Transaction(nullptr);
  CHECK_OK(db.begin_read_.run());
  return Transaction(&db);
}

Transaction::~Transaction() {
  if (db_ == nullptr || sqlite3_get_autocommit(db_->handle_) != 0) return;
  (void)db_->rollback_.run();  // it can only fail when there is nothing left to roll back
}

Result<void> Transaction::commit() {
  if (db_ == nullptr) return {};
  return db_->commit_.run();
}

}  // namespace carillon::sqlite
