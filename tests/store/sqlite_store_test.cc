// What only the SQLite store can get wrong: files, locks, schemas, copies, damage, runs of entries.
#include "store/sqlite/sqlite_store.h"

#include <csignal>
#include <fstream>
#include <random>
#include <sys/resource.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <sqlite3.h>

#include "store/rows/packing.h"
#include "store/sqlite/backup.h"
#include "tests/store/model.h"
#include "tests/support/temporary_folder.h"

namespace carillon::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

namespace fs = std::filesystem;

constexpr TenantNo kTenant{1};
Time const kNow = from_ms(1'700'000'000'000);

Change sent(std::uint64_t batch, UserSet users) {
  Change change;
  BatchKey const key{kTenant, BatchNo{batch}};
  auto& fresh = change.new_batches[key];
  fresh.record.key = key;
  fresh.record.state = BatchState::sent;
  fresh.record.accepted_at = kNow;
  fresh.record.valid = fresh.record.delivered = static_cast<std::uint32_t>(users.size());
  fresh.content = {.msg_type = "text", .json = "{}"};
  fresh.audience.deliverable = users;
  change.slices.push_back({.batch = key,
                           .seq = Seq{batch},
                           .block = std::nullopt,
                           .committed_at = kNow,
                           .delivered = std::move(users),
                           .failed = {}});
  return change;
}

std::unique_ptr<Ledger> open_or_die(OpenOptions const& options) {
  auto ledger = open_sqlite(options);
  EXPECT_TRUE(ledger) << ledger.error().detail;
  return ledger ? std::move(*ledger) : nullptr;
}

void commit(Ledger& ledger, Change const& change) {
  auto const outcome = ledger.commit(change);
  ASSERT_TRUE(outcome) << outcome.error().detail;
  ASSERT_EQ(*outcome, CommitOutcome::committed);
}

void run_sql(fs::path const& folder, char const* sql) {
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open((folder / "carillon.db").c_str(), &db), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
  sqlite3_close(db);
}

std::string open_error(OpenOptions const& options) {
  auto const ledger = open_sqlite(options);
  return ledger ? "" : ledger.error().detail;
}

// ---- The folder

TEST(SqliteFolder, SecondServerIsRefusedWithTheFirstOnesProcess) {
  TemporaryFolder folder;
  auto const first = open_or_die({.folder = folder});
  EXPECT_THAT(open_error({.folder = folder}),
              AllOf(HasSubstr("another carillon (process " + std::to_string(getpid()) + ")"),
                    HasSubstr(folder.path().string()), HasSubstr("stop it first")));
}

TEST(SqliteFolder, LockIsFreeAgainOnceTheFirstIsGone) {
  TemporaryFolder folder;
  open_or_die({.folder = folder}).reset();
  EXPECT_EQ(open_error({.folder = folder}), "");
}

TEST(SqliteFolder, ReadersBesideAServerNeedNoLockAndCannotWrite) {
  TemporaryFolder folder;
  auto const server = open_or_die({.folder = folder});
  commit(*server, sent(1, {UserNo{1}}));
  auto const doctor = open_or_die({.folder = folder, .access = StoreAccess::read});
  EXPECT_EQ(doctor->load_state(kNow)->batches.size(), 1U);
  EXPECT_FALSE(doctor->commit(sent(2, {UserNo{1}})));
  EXPECT_EQ(doctor->load_state(kNow)->batches.size(), 1U);
}

TEST(SqliteFolder, IsMadeForItsOwnerOnly) {
  TemporaryFolder parent;
  auto const folder = parent.path() / "a" / "b";
  auto const ledger = open_or_die({.folder = folder});
  commit(*ledger, sent(1, {UserNo{1}}));
  EXPECT_EQ(fs::status(folder).permissions(), fs::perms::owner_all);
  for (auto const* name : {"carillon.db", "carillon.db-wal", "carillon.lock"}) {
    EXPECT_EQ(fs::status(folder / name).permissions(),
              fs::perms::owner_read | fs::perms::owner_write)
        << name;
  }
}

TEST(SqliteFolder, PathThatCannotBeMadeIsNamed) {
  TemporaryFolder folder;
  std::ofstream(folder.path() / "file") << "x";
  EXPECT_THAT(open_error({.folder = folder.path() / "file" / "data"}),
              AllOf(HasSubstr("cannot be made"), HasSubstr("--data")));
}

TEST(SqliteFolder, ReadingWhereNothingIsSaysSo) {
  TemporaryFolder folder;
  EXPECT_THAT(open_error({.folder = folder, .access = StoreAccess::read}),
              HasSubstr("there is no data in"));
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(SqliteFolder, FileThatIsNoDatabaseIsLeftAlone) {
  TemporaryFolder folder;
  std::ofstream(folder.path() / "carillon.db") << std::string(8192, 'x');
  EXPECT_THAT(open_error({.folder = folder}), HasSubstr("is not a database"));
  EXPECT_EQ(fs::file_size(folder.path() / "carillon.db"), 8192U);
}

TEST(SqliteFolder, DatabaseOfAnotherProgramIsLeftAlone) {
  TemporaryFolder folder;
  run_sql(folder, "CREATE TABLE notes(x); INSERT INTO notes VALUES(1)");
  EXPECT_THAT(open_error({.folder = folder}), HasSubstr("another program"));
}

TEST(SqliteFolder, NewerSchemaIsRefused) {
  TemporaryFolder folder;
  open_or_die({.folder = folder}).reset();
  run_sql(folder, "PRAGMA user_version = 99");
  EXPECT_THAT(open_error({.folder = folder}),
              AllOf(HasSubstr("newer Carillon (schema 99"), HasSubstr("Nothing was changed")));
  EXPECT_THAT(open_error({.folder = folder, .access = StoreAccess::read}), HasSubstr("schema 99"));
}

TEST(SqliteFolder, FullDiskIsLowDiskAndTheStoreGoesOnOnceThereIsSpace) {
  TemporaryFolder folder;
  auto const ledger = open_or_die({.folder = folder});
  commit(*ledger, sent(1, {UserNo{1}}));
  auto const reader = std::move(*ledger->open_reader());
  auto big = sent(2, {UserNo{1}});
  big.new_batches.begin()->second.content.json.assign(64 << 20, 'x');
  rlimit old{};
  getrlimit(RLIMIT_FSIZE, &old);
  auto small = old;
  small.rlim_cur = 8 << 20;
  signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &small);
  auto const refused = ledger->commit(big);
  setrlimit(RLIMIT_FSIZE, &old);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().code == Errc::low_disk || refused.error().code == Errc::unavailable);
  EXPECT_EQ(ledger->load_state(kNow)->batches.size(), 1U);
  EXPECT_FALSE(reader->find_batch({kTenant, BatchNo{2}})->has_value());
  commit(*ledger, big);
}

TEST(SqliteFolder, LogIsInTheDataFileAfterAnOrderlyStop) {
  TemporaryFolder folder;
  auto ledger = open_or_die({.folder = folder});
  commit(*ledger, sent(1, {UserNo{1}}));
  EXPECT_GT(fs::file_size(folder.path() / "carillon.db-wal"), 0U);
  ledger.reset();
  EXPECT_EQ(fs::file_size(folder.path() / "carillon.db-wal"), 0U);
}

TEST(SqliteFolder, LogDoesNotGrowForEver) {
  TemporaryFolder folder;
  auto const ledger = open_or_die({.folder = folder, .log_bytes = 1 << 20});
  for (std::uint64_t batch = 1; batch <= 3000; ++batch) {
    auto change = sent(batch, {UserNo{1}});
    change.new_batches.begin()->second.content.json.assign(8000, 'x');
    commit(*ledger, change);
  }
  EXPECT_LT(fs::file_size(folder.path() / "carillon.db-wal"), 16U << 20);  // of 86 MB written
}

// ---- Damage

TEST(SqliteIntegrity, GoodFilePassesAlsoBesideAServer) {
  TemporaryFolder folder;
  auto ledger = open_or_die({.folder = folder});
  commit(*ledger, sent(1, {UserNo{1}}));
  EXPECT_TRUE(integrity_check(folder));
  ledger.reset();
  EXPECT_TRUE(integrity_check(folder));
}

TEST(SqliteIntegrity, OverwrittenPagesAreFound) {
  TemporaryFolder folder;
  auto ledger = open_or_die({.folder = folder});
  for (std::uint64_t batch = 1; batch <= 200; ++batch) commit(*ledger, sent(batch, {UserNo{1}}));
  ledger.reset();
  {
    std::fstream file(folder.path() / "carillon.db",
                      std::ios::in | std::ios::out | std::ios::binary);
    for (std::uint64_t page = 3; page * 4096 < fs::file_size(folder.path() / "carillon.db");
         ++page) {
      file.seekp(static_cast<std::streamoff>(page * 4096));
      file << std::string(200, '\x55');
    }
  }
  auto const checked = integrity_check(folder);
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().detail, HasSubstr("restore a backup"));
}

TEST(SqliteIntegrity, DamagedRowsAreErrorsNotCrashes) {
  std::mt19937 random(7);
  for (int round = 0; round < 30; ++round) {
    TemporaryFolder folder;
    auto ledger = open_or_die({.folder = folder});
    commit(*ledger, sent(1, UserSet::range(UserNo{1}, UserNo{200})));
    Change rows;
    rows.directory.users.push_back({kTenant, {.no = UserNo{1}, .user_id = "u"}});
    rows.directory.apps.push_back({.no = AppNo{1}, .app_id = "cli", .scopes = {"a", "b"}});
    commit(*ledger, rows);
    ledger.reset();
    for (auto const* column : {"batches SET record", "batches SET content", "slices SET delivered",
                               "users SET row", "apps SET lists"}) {
      auto const noise =
          "UPDATE " + std::string(column) + " = randomblob(" + std::to_string(random() % 60) + ")";
      run_sql(folder, noise.c_str());
    }
    ledger = open_or_die({.folder = folder});
    auto const reader = std::move(*ledger->open_reader());
    BatchKey const key{kTenant, BatchNo{1}};
    (void)ledger->load_state(kNow);
    (void)ledger->load_directory([](DirectoryRows&&) -> Result<void> { return {}; });
    (void)reader->find_batch(key);
    (void)reader->audience(key);
    (void)reader->slices(key);
    (void)reader->person_entries(kTenant, UserNo{1}, Seq{}, 10);
  }
}

// ---- Copies

TEST(SqliteCopy, PlainCopyIsNoticedUntilItIsStarted) {
  TemporaryFolder folder;
  TemporaryFolder elsewhere;
  auto ledger = open_or_die({.folder = folder});
  ASSERT_TRUE(ledger->set_identity({.key_check = "k", .generation = 1}));
  EXPECT_FALSE(ledger->identity()->copy);
  ledger.reset();
  fs::copy_file(folder.path() / "carillon.db", elsewhere.path() / "carillon.db");

  auto copy = open_or_die({.folder = elsewhere});
  EXPECT_TRUE(copy->identity()->copy);
  EXPECT_EQ(copy->identity()->key_check, "k");
  ASSERT_TRUE(copy->set_identity({.key_check = "k", .generation = 2}));
  copy.reset();
  EXPECT_FALSE(open_or_die({.folder = elsewhere})->identity()->copy);
  EXPECT_FALSE(open_or_die({.folder = folder})->identity()->copy);
}

TEST(SqliteCopy, MovedFolderIsNotACopy) {
  TemporaryFolder parent;
  auto ledger = open_or_die({.folder = parent.path() / "a"});
  ASSERT_TRUE(ledger->set_identity({.key_check = "k"}));
  ledger.reset();
  fs::rename(parent.path() / "a", parent.path() / "b");
  EXPECT_FALSE(open_or_die({.folder = parent.path() / "b"})->identity()->copy);
}

TEST(SqliteCopy, BackupBesideARunningServerHoldsOneInstant) {
  TemporaryFolder folder;
  TemporaryFolder parent;
  auto const backup = parent.path() / "backup";
  std::ofstream(folder.path() / "installation.key") << "secret";
  auto ledger = open_or_die({.folder = folder});
  ASSERT_TRUE(ledger->set_identity({.key_check = "k"}));

  Workload life(3);
  ModelStore model;
  for (int step = 0; step < 80; ++step) {
    auto const change = life.next(model);
    ASSERT_TRUE(model.apply(change));
    commit(*ledger, change);
  }
  auto const copied = backup_sqlite(folder, backup, "installation.key");
  ASSERT_TRUE(copied) << copied.error().detail;
  commit(*ledger, sent(9'000, {UserNo{1}}));  // after the copy

  EXPECT_TRUE(integrity_check(backup));
  auto const copy = open_or_die({.folder = backup});
  auto const reader = std::move(*copy->open_reader());
  EXPECT_EQ(difference(model, *copy, *reader, life.now()), "");
  EXPECT_TRUE(copy->identity()->copy);
  EXPECT_FALSE(ledger->identity()->copy);
  std::string key;
  std::ifstream(backup / "installation.key") >> key;
  EXPECT_EQ(key, "secret");
  EXPECT_EQ(fs::status(backup / "installation.key").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_FALSE(fs::exists(backup / "carillon.db.part"));
}

TEST(SqliteCopy, BackupNeverOverwrites) {
  TemporaryFolder folder;
  TemporaryFolder backup;
  open_or_die({.folder = folder}).reset();
  ASSERT_TRUE(backup_sqlite(folder, backup, "key"));
  auto const again = backup_sqlite(folder, backup, "key");
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().detail, HasSubstr("already holds data"));
}

TEST(SqliteCopy, BackupOfNothingIsRefused) {
  TemporaryFolder folder;
  TemporaryFolder backup;
  auto const copied = backup_sqlite(folder, backup, "key");
  ASSERT_FALSE(copied);
  EXPECT_THAT(copied.error().detail, HasSubstr("there is no data"));
}

// ---- Packing

TEST(Packing, NumbersOfEverySizeComeBack) {
  using rows::Packer;
  using rows::Unpacker;
  Packer out;
  for (int bit = 0; bit < 64; ++bit) {
    out.number(std::uint64_t{1} << bit);
    out.number((std::uint64_t{1} << bit) - 1);
    out.signed_number(static_cast<std::int64_t>(std::uint64_t{1} << bit));
    out.signed_number(-static_cast<std::int64_t>((std::uint64_t{1} << bit) - 1));
  }
  out.number(UINT64_MAX);
  Unpacker in(out.bytes());
  for (int bit = 0; bit < 64; ++bit) {
    EXPECT_EQ(in.number(), std::uint64_t{1} << bit);
    EXPECT_EQ(in.number(), (std::uint64_t{1} << bit) - 1);
    EXPECT_EQ(in.signed_number(), static_cast<std::int64_t>(std::uint64_t{1} << bit));
    EXPECT_EQ(in.signed_number(), -static_cast<std::int64_t>((std::uint64_t{1} << bit) - 1));
  }
  EXPECT_EQ(in.number(), UINT64_MAX);
  EXPECT_TRUE(in.ok() && in.at_end());
  EXPECT_EQ(in.number(), 0U);
  EXPECT_FALSE(in.ok());
}

TEST(Packing, HexIdsTakeSeventeenBytesAndOthersStayAsTheyAre) {
  using rows::pack_hex_id;
  std::string const ids[] = {"ou_18eac85d35a26f989317ad4f02e8bbbb",
                             "ou_18EAC85d35a26f989317ad4f02e8bbbb",
                             "on_18eac85d35a26f989317ad4f02e8bbbb",
                             "ou_18eac85d35a26f989317ad4f02e8bbb",
                             "ou_18eac85d35a26f989317ad4f02e8bbbg",
                             "ou_",
                             ""};
  for (auto const& id : ids) {
    rows::Packer out;
    pack_hex_id(out, "ou_", id);
    rows::Unpacker in(out.bytes());
    std::string back = "what was there before";
    rows::unpack_hex_id(in, "ou_", back);
    EXPECT_EQ(back, id);
    EXPECT_TRUE(in.ok() && in.at_end());
    EXPECT_TRUE(id != ids[0] || out.size() == 17U);
  }
}

}  // namespace
}  // namespace carillon::testing
