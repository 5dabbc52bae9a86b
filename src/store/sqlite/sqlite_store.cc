#include "store/sqlite/sqlite_store.h"

#include <mutex>
#include <utility>

#include <sqlite3.h>

#include "base/disk.h"
#include "store/rows/relocation_rows.h"
#include "store/sqlite/change_writer.h"
#include "store/sqlite/data_folder.h"
#include "store/sqlite/database.h"
#include "store/sqlite/export.h"
#include "store/sqlite/migrations.h"
#include "store/sqlite/person_entries.h"
#include "store/sqlite/purge.h"
#include "store/sqlite/reader.h"
#include "store/sqlite/upkeep.h"

namespace carillon {
namespace {

using namespace sqlite;

class SqliteLedger final : public Ledger {
 public:
  SqliteLedger(FolderLock lock, std::unique_ptr<Database> db, Database::Options reader_options)
      : lock_(std::move(lock)),
        db_(std::move(db)),
        reader_options_(std::move(reader_options)),
        writer_(*db_),
        entries_(*db_),
        purge_(writer_.batches(), writer_.accounts(), entries_) {}

  ~SqliteLedger() override {
    if (upkeep_ == nullptr) return;
    upkeep_.reset();
    // The whole log into the data file, so that the next start has nothing to recover.
    sqlite3_wal_checkpoint_v2(db_->handle(), "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  }

  Result<void> start_upkeep(Database::Options options, UpkeepLimits limits) {
    TRY(upkeep_, Upkeep::start(std::move(options), limits, writing_));
    sqlite3_wal_hook(
        db_->handle(),
        [](void* upkeep, sqlite3*, char const*, int pages) {
          static_cast<Upkeep*>(upkeep)->note_log(pages);
          return SQLITE_OK;
        },
        upkeep_.get());
    return {};
  }

  Result<CommitOutcome> commit(Change const& change) override {
    if (upkeep_ != nullptr) upkeep_->await_checkpoint();
    {
      std::lock_guard const hold(writing_);
      TRY(auto transaction, Transaction::begin_write(*db_));
      // Costs pages that need not be written otherwise, so only where it matters; within the pages
      // that are written anyway it is always so (database.cc).
      if (change.erases) CHECK_OK(db_->run("PRAGMA secure_delete=ON"));
      auto outcome = writer_.write(change);
      if (change.erases) CHECK_OK(db_->run("PRAGMA secure_delete=FAST"));
      if (!outcome && outcome.error().code == Errc::already_exists) return CommitOutcome::conflict;
      if (!outcome || *outcome == CommitOutcome::conflict) return outcome;
      CHECK_OK(transaction.commit());
      // The log still holds the pages as they were. A reader in the way only puts this off.
      if (change.erases) CHECK_OK(db_->run("PRAGMA wal_checkpoint(TRUNCATE)"));
    }
    if (upkeep_ != nullptr) upkeep_->note_entries(small_entries(change));
    return CommitOutcome::committed;
  }

  Result<StoreIdentity> identity() override {
    auto& accounts = writer_.accounts();
    StoreIdentity identity;
    TRY(identity.key_check, read_meta(accounts, kKeyCheck));
    TRY(auto const generation, read_meta_number(accounts, kGeneration));
    identity.generation = static_cast<std::uint8_t>(generation);
    TRY(auto const copy, read_meta_number(accounts, kCopy));
    TRY(auto const known_file, read_meta(accounts, kFileIdentity));
    auto const present_file = file_identity(db_->file());
    identity.copy =
        copy != 0 || (!known_file.empty() && !present_file.empty() && known_file != present_file);
    return identity;
  }

  Result<void> set_identity(StoreIdentity const& identity) override {
    auto& set_meta = writer_.accounts().set_meta;
    std::lock_guard const hold(writing_);
    TRY(auto transaction, Transaction::begin_write(*db_));
    CHECK_OK(set_meta.run(kKeyCheck, identity.key_check));
    CHECK_OK(set_meta.run(kGeneration, identity.generation));
    CHECK_OK(set_meta.run(kCopy, identity.copy));
    CHECK_OK(set_meta.run(kFileIdentity, file_identity(db_->file())));
    return transaction.commit();
  }

  Result<StoredState> load_state(Time now) override {
    StoredState state;
    TRY(auto instant, Transaction::begin_read(*db_));
    CHECK_OK(load_accounts(writer_.accounts(), now, state));
    CHECK_OK(load_events(writer_.events(), state));
    CHECK_OK(load_push(writer_.push(), state));
    CHECK_OK(load_sign_in(writer_.sign_in(), now, state));
    TRY(auto const count, db_->number("SELECT count(*) FROM batches"));
    state.batches.reserve(static_cast<std::size_t>(count));
    auto row = writer_.batches().all_batches.query();
    while (row.next()) {
      TRY(auto const record, read_batch(row));
      state.batches.push_back(record);
    }
    CHECK_OK(row.end());
    CHECK_OK(instant.commit());
    return state;
  }

  Result<void> load_directory(
      std::function<Result<void>(DirectoryRows&& some_rows)> const& take) override {
    TRY(auto instant, Transaction::begin_read(*db_));
    CHECK_OK(load(writer_.directory(), take));
    DirectoryRows rows;
    TRY(rows.operators, load_operators(writer_.sign_in()));
    if (!rows.empty()) CHECK_OK(take(std::move(rows)));
    return instant.commit();
  }

  Result<Purged> purge_some(TenantNo tenant, Time batches_before, Time others_before,
                            std::size_t rows) override {
    std::lock_guard const hold(writing_);
    TRY(auto transaction, Transaction::begin_write(*db_));
    TRY(auto purged, purge_.step(tenant, batches_before, others_before, rows));
    CHECK_OK(transaction.commit());
    return purged;
  }

  Result<bool> purge_log(Time tokens_before, Time audit_before, std::size_t rows) override {
    std::lock_guard const hold(writing_);
    TRY(auto transaction, Transaction::begin_write(*db_));
    TRY(bool const more, purge(writer_.sign_in(), tokens_before, audit_before, rows));
    CHECK_OK(transaction.commit());
    return more;
  }

  Result<std::vector<BlobId>> blobs_in_use() override {
    return sqlite::blobs_in_use(writer_.media());
  }

  Result<std::unique_ptr<Reader>> open_reader() override {
    return sqlite::open_reader(reader_options_);
  }

  Result<Relocation> relocation() override {
    TRY(auto const bytes, read_meta(writer_.accounts(), kRelocation));
    return rows::read_relocation(bytes);
  }

  Result<std::unique_ptr<LedgerExport>> open_export() override {
    return sqlite::open_export(reader_options_);
  }

 private:
  FolderLock lock_;
  std::unique_ptr<Database> db_;
  Database::Options reader_options_;
  ChangeWriter writer_;
  EntryTables entries_;
  Purge purge_;
  std::mutex writing_;  // whoever writes through this ledger: its thread or its upkeep
  std::unique_ptr<Upkeep> upkeep_;
};

Result<void> check_data_file(std::filesystem::path const& folder) {
  std::error_code code;
  if (std::filesystem::exists(data_file(folder), code)) return {};
  return fail(Errc::unavailable, "there is no data in " + folder.string() + ": " +
                                     data_file(folder).string() +
                                     " does not exist; check the name given with --data");
}

}  // namespace

Result<std::unique_ptr<Ledger>> open_sqlite(OpenOptions options) {
  bool const writes = options.access != StoreAccess::read;
  FolderLock lock;
  if (writes) {
    CHECK_OK(prepare_folder(options.folder));
    if (options.access == StoreAccess::own) {
      TRY(lock, FolderLock::take(options.folder));
    }
    CHECK_OK(prepare_data_file(options.folder));
  } else {
    CHECK_OK(check_data_file(options.folder));
  }

  Database::Options connection{.file = data_file(options.folder).string(),
                               .vfs = options.vfs,
                               .mode = writes ? Database::Mode::create : Database::Mode::read,
                               .sync = Database::Sync::full,
                               .cache_bytes = options.writer_cache_bytes};
  TRY(auto db, Database::open(connection));
  if (writes) {
    CHECK_OK(migrate(*db));
    CHECK_OK(sync_folder(options.folder));
  } else {
    CHECK_OK(check_schema(*db));
  }

  connection.cache_bytes = options.reader_cache_bytes;
  auto ledger = std::make_unique<SqliteLedger>(std::move(lock), std::move(db), connection);
  if (writes) {
    connection.mode = Database::Mode::write;
    CHECK_OK(ledger->start_upkeep(connection, {.log_bytes = options.log_bytes,
                                               .run_entries = options.run_entries,
                                               .runs_to_merge = options.runs_to_merge}));
  }
  return std::unique_ptr<Ledger>(std::move(ledger));
}

Result<void> integrity_check(std::filesystem::path const& folder) {
  CHECK_OK(check_data_file(folder));
  TRY(auto db, Database::open({.file = data_file(folder).string(),
                               .vfs = {},
                               .mode = Database::Mode::read,
                               .sync = Database::Sync::full}));
  CHECK_OK(check_schema(*db));
  Statement check(*db, "PRAGMA integrity_check(10)");
  auto row = check.query();
  std::string found;
  while (row.next()) {
    if (row.bytes(0) != "ok") found.append(found.empty() ? "" : "; ").append(row.bytes(0));
  }
  CHECK_OK(row.end());
  if (found.empty()) return {};
  return fail(Errc::internal,
              db->file() + " is damaged: " + found + ". Stop the server and restore a backup");
}

}  // namespace carillon
