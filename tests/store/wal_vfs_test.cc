// The log is written in large pieces, and nobody can tell.
#include "store/sqlite/wal_vfs.h"

#include <gmock/gmock.h>

#include "store/sqlite/database.h"
#include "tests/support/powercut_vfs.h"
#include "tests/support/temporary_folder.h"

namespace carillon::testing {
namespace {

using sqlite::Database;

class WalVfs : public ::testing::Test {
 protected:
  std::unique_ptr<Database> open(Database::Options options) const {
    options.file = (folder_.path() / "test.db").string();
    auto db = Database::open(std::move(options));
    EXPECT_TRUE(db) << db.error().detail;
    return std::move(*db);
  }
  static void run(Database& db, std::string const& sql) {
    auto const done = db.run(sql.c_str());
    EXPECT_TRUE(done) << done.error().detail;
  }
  static std::int64_t rows(Database& db) {
    return db.number("SELECT count(*) FROM rows WHERE length(text) = 1000").value();
  }
  // So many rows of a thousand bytes.
  static std::string insert(int count) {
    return "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
           std::to_string(count) + ") INSERT INTO rows(text) SELECT hex(randomblob(500)) FROM n";
  }
  static constexpr char kTable[] = "CREATE TABLE rows(id INTEGER PRIMARY KEY, text TEXT)";

  TemporaryFolder folder_;
};

TEST_F(WalVfs, ACommitIsOneWriteAndOneSync) {
  PowerCutVfs vfs(1);
  auto const db = open({.vfs = vfs.name(), .mode = Database::Mode::create});
  run(*db, kTable);
  run(*db, insert(1));
  vfs.cut_after(2);
  EXPECT_FALSE(db->run(insert(20).c_str()));
  EXPECT_EQ(vfs.moment(), PowerCutVfs::Moment::log_sync);
  vfs.never_cut();
}

TEST_F(WalVfs, OthersSeeACommitAtOnceWhetherItIsSyncedOrNot) {
  for (auto const sync : {Database::Sync::full, Database::Sync::with_next}) {
    auto const db = open({.mode = Database::Mode::create, .sync = sync});
    run(*db, "DROP TABLE IF EXISTS rows");
    run(*db, kTable);
    auto const reader = open({.mode = Database::Mode::read});
    for (int n = 1; n <= 300; n += 40) {
      run(*db, insert(40));
      EXPECT_EQ(rows(*reader), n + 39);
    }
  }
}

TEST_F(WalVfs, WhatWasGivenUpIsNotWrittenOverWhatAnotherCommitted) {
  auto const one = open({.mode = Database::Mode::create, .cache_bytes = 16 * 1024});
  auto const other = open({.mode = Database::Mode::write});
  run(*one, kTable);
  for (int round = 0; round < 10; ++round) {
    run(*other, "PRAGMA wal_checkpoint(TRUNCATE)");  // so that nothing of the log is read again
    run(*one, "BEGIN IMMEDIATE");
    run(*one, insert(45));  // more than its cache, less than is gathered
    run(*one, "ROLLBACK");
    run(*other, insert(30));
    run(*one, insert(1));
  }
  auto const reader = open({.mode = Database::Mode::read});
  EXPECT_EQ(rows(*reader), 310);
  EXPECT_EQ(reader->number("SELECT integrity_check = 'ok' FROM pragma_integrity_check").value(), 1);
}

}  // namespace
}  // namespace carillon::testing
