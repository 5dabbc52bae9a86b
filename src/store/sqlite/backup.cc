#include "store/sqlite/backup.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <unistd.h>

#include <sqlite3.h>

#include "base/disk.h"
#include "store/sqlite/account_tables.h"
#include "store/sqlite/data_folder.h"
#include "store/sqlite/database.h"
#include "store/sqlite/migrations.h"

namespace carillon {
namespace {

using namespace sqlite;
namespace fs = std::filesystem;

constexpr std::size_t kCacheBytes = 1 << 20;

Result<std::unique_ptr<Database>> open_file(fs::path const& file, Database::Mode mode) {
  return Database::open({.file = file.string(),
                         .vfs = {},
                         .mode = mode,
                         .sync = Database::Sync::full,
                         .cache_bytes = kCacheBytes});
}

Result<void> copy_pages(Database& from, Database& to) {
  // In one step: it reads one instant, and commits of the server cannot make it begin again.
  auto* const backup = sqlite3_backup_init(to.handle(), "main", from.handle(), "main");
  if (backup == nullptr) return to.failure(sqlite3_errcode(to.handle()));
  int const step = sqlite3_backup_step(backup, -1);
  int const finish = sqlite3_backup_finish(backup);
  if (step == SQLITE_DONE && finish == SQLITE_OK) return {};
  return to.failure(step == SQLITE_DONE ? finish : step);
}

Result<void> mark_as_copy(Database& db) {
  AccountTables accounts(db);
  TRY(auto transaction, Transaction::begin_write(db));
  CHECK_OK(accounts.set_meta.run(kCopy, true));
  CHECK_OK(accounts.set_meta.run(kFileIdentity, ""));
  CHECK_OK(transaction.commit());
  return db.run("PRAGMA wal_checkpoint(TRUNCATE)");
}

Result<void> copy_key(fs::path const& source, fs::path const& destination,
                      std::string const& key_file) {
  std::error_code code;
  if (key_file.empty() || !fs::exists(source / key_file, code)) return {};
  auto const copy = destination / key_file;
  // Made before it has content, so that the key is never readable for others.
  int const made = open(copy.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (made < 0) {
    return fail(Errc::unavailable, copy.string() + " cannot be made: " + std::strerror(errno));
  }
  close(made);
  fs::copy_file(source / key_file, copy, fs::copy_options::overwrite_existing, code);
  if (code) {
    return fail(Errc::unavailable, (source / key_file).string() + " cannot be copied to " +
                                       copy.string() + ": " + code.message());
  }
  fs::permissions(copy, fs::perms::owner_read | fs::perms::owner_write, code);
  return sync_file(copy);
}

}  // namespace

Result<void> backup_sqlite(fs::path const& source, fs::path const& destination,
                           std::string const& key_file) {
  std::error_code code;
  if (!fs::exists(data_file(source), code)) {
    return fail(Errc::unavailable, "there is no data in " + source.string());
  }
  CHECK_OK(prepare_folder(destination));
  if (fs::exists(data_file(destination), code)) {
    return fail(Errc::unavailable, destination.string() +
                                       " already holds data; name an empty "
                                       "folder, nothing was overwritten");
  }
  auto part = data_file(destination);
  part += ".part";
  for (auto const* end : {"", "-wal", "-shm"}) fs::remove(part.string() + end, code);
  {
    TRY(auto from, open_file(data_file(source), Database::Mode::read));
    CHECK_OK(check_schema(*from));
    TRY(auto to, open_file(part, Database::Mode::create));
    CHECK_OK(copy_pages(*from, *to));
    CHECK_OK(mark_as_copy(*to));
  }
  for (auto const* end : {"-wal", "-shm"}) fs::remove(part.string() + end, code);
  fs::permissions(part, fs::perms::owner_read | fs::perms::owner_write, code);
  CHECK_OK(sync_file(part));
  CHECK_OK(copy_key(source, destination, key_file));
  fs::rename(part, data_file(destination), code);
  if (code) {
    return fail(Errc::unavailable, part.string() + " cannot be renamed: " + code.message());
  }
  return sync_folder(destination);
}

}  // namespace carillon
