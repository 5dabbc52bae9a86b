// What only the PostgreSQL store can get wrong: connections that break at any moment, other
// sessions in the way, databases that are not as they should be, keys that do not begin with the
// tenant.
#include "store/postgres/postgres_store.h"

#include <atomic>
#include <set>
#include <thread>

#include <gmock/gmock.h>

#include "tests/store/contract_changes.h"
#include "tests/support/cutting_proxy.h"
#include "tests/support/postgres_cluster.h"
#include "tests/support/temporary_folder.h"

namespace carillon::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using Cut = CuttingProxy::Cut;

PostgresCluster& cluster() { return PostgresCluster::shared(); }

std::string open_error(std::string address, PostgresAccess access = PostgresAccess::write) {
  auto const ledger = open_postgres({.address = std::move(address), .access = access});
  return ledger ? "" : ledger.error().detail;
}

std::unique_ptr<Ledger> open_or_die(std::string address) {
  auto ledger = open_postgres({.address = std::move(address)});
  EXPECT_TRUE(ledger) << ledger.error().detail;
  return ledger ? std::move(*ledger) : nullptr;
}

Change batch(std::uint64_t number) { return accepted(key_of(number), {UserNo{1}}); }

std::size_t stored(std::string const& schema) {
  return std::stoul(cluster().ask("SELECT count(*) FROM " + schema + ".batches"));
}

// A trigger on `batches` of a test's schema, in plpgsql.
void add_trigger(std::string const& schema, std::string const& body) {
  cluster().ask("CREATE OR REPLACE FUNCTION " + schema +
                ".on_batch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN " + body +
                " RETURN NEW; END $$; CREATE TRIGGER on_batch BEFORE INSERT ON " + schema +
                ".batches FOR EACH ROW EXECUTE FUNCTION " + schema + ".on_batch()");
}
void drop_trigger(std::string const& schema) {
  cluster().ask("DROP TRIGGER on_batch ON " + schema + ".batches");
}
std::string raise(std::string const& state) {
  return "RAISE EXCEPTION 'as the test wants it' USING ERRCODE = '" + state + "';";
}

}  // namespace

// ---- What the operator is told

TEST(PostgresOpen, AnAddressThatIsNoneIsRefusedWithoutBeingRepeated) {
  EXPECT_THAT(open_error("mysql://li:s3cret@db/x"),
              AllOf(HasSubstr("--store"), HasSubstr("postgres://"), Not(HasSubstr("s3cret"))));
}

TEST(PostgresOpen, WhereNobodyListensIsToldWithHostAndDatabase) {
  EXPECT_THAT(open_error("postgres://li:s3cret@127.0.0.1:1/news"),
              AllOf(HasSubstr("the database news on 127.0.0.1:1 cannot be reached"),
                    HasSubstr("--store"), Not(HasSubstr("s3cret"))));
}

TEST(PostgresOpen, AWrongPasswordIsToldAsSuchAndNotRepeated) {
  cluster().ask("CREATE ROLE with_password LOGIN PASSWORD 'right'");
  auto const address = "host=" + cluster().socket_folder().string() +
                       " dbname=postgres user=with_password password=mistaken";
  EXPECT_THAT(open_error(address),
              AllOf(HasSubstr("check user and password"), Not(HasSubstr("mistaken"))));
}

TEST(PostgresOpen, AMissingDatabaseUserOrSchemaIsNamedWithWhatToDo) {
  auto const host = "host=" + cluster().socket_folder().string();
  EXPECT_THAT(open_error(host + " user=carillon dbname=nowhere"),
              AllOf(HasSubstr("nowhere"), HasSubstr("createdb")));
  EXPECT_THAT(open_error(host + " user=nobody_here dbname=postgres"),
              AllOf(HasSubstr("nobody_here"), HasSubstr("createuser")));
  EXPECT_THAT(open_error(cluster().address("no_such_schema")), HasSubstr("search_path"));
}

TEST(PostgresOpen, TablesOfAnotherProgramAreLeftAlone) {
  PostgresSchema schema;
  cluster().ask("CREATE TABLE " + schema.name() + ".theirs(x int)");
  EXPECT_THAT(open_error(schema.address()), HasSubstr("another program"));
}

TEST(PostgresOpen, ANewerSchemaIsRefusedAndNotChanged) {
  PostgresSchema schema;
  open_or_die(schema.address()).reset();
  cluster().ask("UPDATE " + schema.name() + ".carillon_schema SET version = 99, works_with = 98");
  EXPECT_THAT(open_error(schema.address()),
              AllOf(HasSubstr("newer Carillon"), HasSubstr("schema 99")));
  EXPECT_THAT(open_error(schema.address(), PostgresAccess::look), HasSubstr("newer Carillon"));
}

// Another server of a newer version has been here, which added what this one need not know.
TEST(PostgresOpen, ANewerSchemaThatThisOneWorksWithIsUsedAndStaysNew) {
  PostgresSchema schema;
  open_or_die(schema.address()).reset();
  cluster().ask("UPDATE " + schema.name() + ".carillon_schema SET version = 99, works_with = 1");
  EXPECT_TRUE(open_or_die(schema.address())->commit(batch(1)));
  EXPECT_TRUE(open_postgres({.address = schema.address(), .access = PostgresAccess::look}));
  EXPECT_EQ(cluster().ask("SELECT version FROM " + schema.name() + ".carillon_schema"), "99");
  // But what it does not know it cannot take along to another store.
  auto const exported = open_or_die(schema.address())->open_export();
  ASSERT_FALSE(exported);
  EXPECT_THAT(exported.error().detail, HasSubstr("which would stay behind"));
}

TEST(PostgresOpen, LookingMakesNoTables) {
  PostgresSchema schema;
  EXPECT_THAT(open_error(schema.address(), PostgresAccess::look), HasSubstr("no data of Carillon"));
  open_or_die(schema.address()).reset();
  auto const looking = open_postgres({.address = schema.address(), .access = PostgresAccess::look});
  ASSERT_TRUE(looking) << looking.error().detail;
  EXPECT_FALSE((*looking)->commit(batch(1)));
  EXPECT_TRUE((*looking)->load_state(kNow));
}

TEST(PostgresOpen, AReadOnlyMemberIsToldAsSuch) {
  PostgresSchema schema;
  auto address = schema.address();
  address.insert(address.rfind('\''), " -cdefault_transaction_read_only=on");
  EXPECT_THAT(open_error(address),
              AllOf(HasSubstr("read-only replica"), HasSubstr("target_session_attrs")));
}

TEST(PostgresOpen, AUserWithoutRightsIsToldSo) {
  PostgresSchema schema;
  cluster().ask("CREATE ROLE powerless LOGIN; GRANT USAGE ON SCHEMA " + schema.name() +
                " TO powerless");
  auto address = schema.address();
  address.replace(address.find("user=carillon"), 13, "user=powerless");
  EXPECT_THAT(open_error(address), HasSubstr("this user may not do that"));
}

TEST(PostgresOpen, ManyWhoOpenANewStoreAtOnceMakeItOnce) {
  PostgresSchema schema;
  std::vector<std::thread> threads;
  std::atomic<int> opened{0};
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&] {
      auto const problem = open_error(schema.address());
      EXPECT_EQ(problem, "");
      if (problem.empty()) ++opened;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(opened, 6);
}

// ---- What a commit meets

TEST(PostgresCommit, AFullDatabaseIsToldAndNothingIsWritten) {
  PostgresSchema schema;
  auto const ledger = open_or_die(schema.address());
  add_trigger(schema.name(), raise("53100"));
  auto const outcome = ledger->commit(batch(1));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, Errc::low_disk);
  EXPECT_THAT(outcome.error().detail, HasSubstr("the database is full"));
  drop_trigger(schema.name());
  EXPECT_EQ(*ledger->commit(batch(1)), CommitOutcome::committed);
}

TEST(PostgresCommit, AStatementTimeoutIsToldAsSuchAndTheNextCommitWorks) {
  PostgresSchema schema;
  auto address = schema.address();
  address.insert(address.rfind('\''), " -cstatement_timeout=100");
  auto const ledger = open_or_die(address);
  add_trigger(schema.name(), "PERFORM pg_sleep(30);");
  auto const outcome = ledger->commit(batch(1));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, Errc::unavailable);
  EXPECT_THAT(outcome.error().detail, HasSubstr("statement_timeout"));
  drop_trigger(schema.name());
  EXPECT_EQ(*ledger->commit(batch(1)), CommitOutcome::committed);
}

TEST(PostgresCommit, SerializationFailuresAreTriedAgainAndNotForEver) {
  PostgresSchema schema;
  auto const ledger = open_or_die(schema.address());
  auto const tries = schema.name() + ".tries";
  cluster().ask("CREATE SEQUENCE " + tries);
  add_trigger(schema.name(), "IF nextval('" + tries + "') < 3 THEN " + raise("40001") + " END IF;");
  EXPECT_EQ(*ledger->commit(batch(1)), CommitOutcome::committed);
  EXPECT_EQ(cluster().ask("SELECT last_value FROM " + tries), "3");
  drop_trigger(schema.name());
  add_trigger(schema.name(), raise("40P01"));
  auto const outcome = ledger->commit(batch(2));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, Errc::unavailable);
}

TEST(PostgresCommit, APrimaryThatBecomesReadOnlyIsToldAndLookedForAgain) {
  PostgresSchema schema;
  auto const ledger = open_or_die(schema.address());
  add_trigger(schema.name(), raise("25006"));
  auto const outcome = ledger->commit(batch(1));
  ASSERT_FALSE(outcome);
  EXPECT_THAT(outcome.error().detail, HasSubstr("read-only replica"));
  drop_trigger(schema.name());
  EXPECT_EQ(*ledger->commit(batch(1)), CommitOutcome::committed);
}

TEST(PostgresCommit, WhoIsOpenWhenAnotherOpensGoesOn) {
  PostgresSchema schema;
  auto const first = open_or_die(schema.address());
  EXPECT_EQ(*first->commit(batch(1)), CommitOutcome::committed);
  auto const second = open_or_die(schema.address());
  EXPECT_EQ(*first->commit(batch(2)), CommitOutcome::committed);
  EXPECT_EQ(*second->commit(batch(3)), CommitOutcome::committed);
  EXPECT_EQ(*first->commit(batch(4)), CommitOutcome::committed);
  EXPECT_EQ(stored(schema.name()), 4u);
}

TEST(PostgresCommit, RowsOfManyTenantsInAnyOrderDoNotDeadlock) {
  PostgresSchema schema;
  constexpr int kRounds = 60;
  auto setup = open_or_die(schema.address());
  Change begin;
  for (std::uint32_t tenant = 1; tenant <= 8; ++tenant) {
    for (std::uint64_t number = 1; number <= 20; ++number) {
      begin.absorb(accepted(key_of(number, TenantNo{tenant}), {UserNo{1}}));
    }
  }
  ASSERT_EQ(*setup->commit(begin), CommitOutcome::committed);
  std::vector<std::thread> threads;
  std::atomic<int> failures{0};
  std::atomic<int> committed{0};
  for (int writer = 0; writer < 2; ++writer) {
    threads.emplace_back([&] {
      auto const ledger = open_or_die(schema.address());
      auto const reader = std::move(*ledger->open_reader());
      for (int round = 0; round < kRounds; ++round) {
        Change change;
        for (std::uint32_t tenant = 1; tenant <= 8; ++tenant) {
          for (auto const& record :
               *reader->list(TenantNo{tenant}, kApp, BatchKind::bulk, BatchNo{}, 20)) {
            change.absorb(moved(record));
          }
        }
        auto const outcome = ledger->commit(change);
        if (!outcome) ++failures;
        if (outcome && *outcome == CommitOutcome::committed) ++committed;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  EXPECT_GT(committed, 0);
  auto const reader = std::move(*setup->open_reader());
  EXPECT_EQ((*reader->find_batch(key_of(1)))->record.revision,
            static_cast<std::uint32_t>(committed) + 1)
      << "every commit moved every batch once";
}

TEST(PostgresPurge, AStepThatFindsNothingWritesNothing) {
  PostgresSchema schema;
  auto const ledger = open_or_die(schema.address());
  auto change = sent(key_of(1), 1, {UserNo{1}});
  change.absorb(answered("key", 1, kNow));
  change.spent_tokens[TokenId{1}] = kNow;
  ASSERT_EQ(*ledger->commit(change), CommitOutcome::committed);
  auto const written = [&] {
    return cluster().ask("SELECT max(no) FROM " + schema.name() + ".writers");
  };
  EXPECT_EQ(written(), "1");
  EXPECT_FALSE(ledger->purge_some(kTenant, kNow, kNow, 100)->more);
  EXPECT_FALSE(*ledger->purge_log(kNow, kNow, 100));
  EXPECT_EQ(written(), "1");
  EXPECT_FALSE(*ledger->purge_log(kNow + kHour, kNow, 100));
  EXPECT_EQ(written(), "2");
  EXPECT_THAT(ledger->purge_some(kTenant, kNow + kHour, kNow + kHour, 100)->batches, SizeIs(1));
  EXPECT_EQ(written(), "3");
}

// ---- Connections that break

class PostgresCut : public ::testing::Test {
 protected:
  std::string address() const {
    return "host=" + folder.path().string() +
           " dbname=postgres user=carillon options='-csearch_path=" + schema.name() + "'";
  }
  TemporaryFolder folder;
  PostgresSchema schema;
  CuttingProxy proxy{folder.path() / ".s.PGSQL.5432", cluster().socket_folder() / ".s.PGSQL.5432"};
};

TEST_F(PostgresCut, ACommitWhoseAnswerIsLostIsFoundOut) {
  auto const ledger = open_or_die(address());
  std::uint64_t number = 0;
  for (auto const cut : {Cut::before, Cut::after, Cut::at_once, Cut::after, Cut::before}) {
    proxy.cut_next(cut);
    EXPECT_EQ(*ledger->commit(batch(++number)), CommitOutcome::committed);
    EXPECT_EQ(stored(schema.name()), number);
  }
  EXPECT_EQ(proxy.cuts(), 5);
}

TEST_F(PostgresCut, UntilTheDatabaseIsBackNobodyIsToldAnything) {
  auto const ledger = open_or_die(address());
  std::uint64_t number = 0;
  for (auto const cut : {Cut::after, Cut::before}) {
    bool const written = cut == Cut::after;
    ++number;
    proxy.refuse(true);
    proxy.cut_next(cut);
    ASSERT_EQ(*ledger->commit(batch(number)), CommitOutcome::unknown);
    auto const early = ledger->settle();
    ASSERT_FALSE(early);
    EXPECT_EQ(early.error().code, Errc::unavailable);
    proxy.refuse(false);
    auto settled = ledger->settle();
    while (!settled) settled = ledger->settle();  // attempts to connect have their pace
    EXPECT_EQ(*settled, written);
    if (!written) {
      EXPECT_EQ(*ledger->commit(batch(number)), CommitOutcome::committed);
    }
    EXPECT_EQ(stored(schema.name()), number);
  }
}

TEST_F(PostgresCut, ATransactionThatIsStillUnderWayIsWaitedFor) {
  auto const ledger = open_or_die(address());
  ASSERT_EQ(*ledger->commit(batch(1)), CommitOutcome::committed);
  add_trigger(schema.name(), "PERFORM pg_sleep(0.4);");
  proxy.cut_next(Cut::at_once);
  EXPECT_EQ(*ledger->commit(batch(2)), CommitOutcome::committed);
  EXPECT_EQ(stored(schema.name()), 2u);
}

TEST_F(PostgresCut, WhatReachesTheDatabaseAfterItWasCalledOffIsNotWritten) {
  auto ledger = open_or_die(address());
  ASSERT_EQ(*ledger->commit(batch(1)), CommitOutcome::committed);
  proxy.refuse(true);
  proxy.cut_next(Cut::late);
  ASSERT_EQ(*ledger->commit(batch(2)), CommitOutcome::unknown);
  proxy.refuse(false);
  auto settled = ledger->settle();
  while (!settled) settled = ledger->settle();  // attempts to connect have their pace
  EXPECT_FALSE(*settled);
  proxy.release();
  EXPECT_EQ(stored(schema.name()), 1u);
  EXPECT_EQ(*ledger->commit(batch(2)), CommitOutcome::committed);
}

TEST_F(PostgresCut, ReadersConnectAgainButAnInstantIsNotPatched) {
  auto const ledger = open_or_die(address());
  auto const reader = std::move(*ledger->open_reader());
  ASSERT_EQ(*ledger->commit(batch(1)), CommitOutcome::committed);
  proxy.cut_next(Cut::after);
  EXPECT_TRUE(reader->find_batch(key_of(1))->has_value());
  ASSERT_TRUE(reader->begin_instant());
  EXPECT_TRUE(reader->find_batch(key_of(1))->has_value());
  proxy.cut_next(Cut::before);
  EXPECT_FALSE(reader->find_batch(key_of(1)));
  EXPECT_FALSE(reader->find_batch(key_of(1))) << "another instant would be another one";
  reader->end_instant();
  EXPECT_TRUE(reader->find_batch(key_of(1))->has_value());
}

TEST_F(PostgresCut, UnderRandomKillsEveryAnswerIsTrue) {
  auto const ledger = open_or_die(schema.address());
  std::atomic<bool> done{false};
  std::thread killer([&] {
    while (!done) {
      cluster().ask(
          "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
          " WHERE application_name = 'carillon' AND random() < 0.3");
    }
  });
  std::set<std::uint64_t> told;
  std::uint64_t unknown = 0;
  // How many come through depends on the machine; attempts while it is cut off are over at once.
  for (std::uint64_t number = 1; number <= 300 || told.size() <= 50; ++number) {
    auto const outcome = ledger->commit(batch(number));
    if (!outcome) continue;
    ASSERT_NE(*outcome, CommitOutcome::conflict);
    bool written = *outcome == CommitOutcome::committed;
    if (*outcome == CommitOutcome::unknown) {
      ++unknown;
      auto settled = ledger->settle();
      while (!settled) settled = ledger->settle();  // attempts to connect have their pace
      written = *settled;
    }
    if (written) told.insert(number);
  }
  done = true;
  killer.join();
  std::set<std::uint64_t> found;
  auto const state = open_or_die(schema.address())->load_state(kNow);
  for (auto const& record : state->batches) found.insert(record.key.batch.value);
  EXPECT_EQ(found, told);
}

TEST(PostgresRestart, CallsFailAtOnceWhileItIsDownAndWorkOnceItIsBack) {
  PostgresCluster own;
  auto const ledger = open_or_die(own.address());
  auto const reader = std::move(*ledger->open_reader());
  ASSERT_EQ(*ledger->commit(batch(1)), CommitOutcome::committed);
  own.stop();
  auto const before = std::chrono::steady_clock::now();
  for (int i = 0; i < 50; ++i) {
    auto const found = reader->find_batch(key_of(1));
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, Errc::unavailable);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(2));
  auto outcome = ledger->commit(batch(2));
  ASSERT_FALSE(outcome) << "nothing was sent, so nothing is in doubt";
  EXPECT_EQ(outcome.error().code, Errc::unavailable);
  own.start();
  while (!outcome) outcome = ledger->commit(batch(2));  // attempts to connect have their pace
  EXPECT_EQ(*outcome, CommitOutcome::committed);
  auto found = reader->find_batch(key_of(2));
  while (!found) found = reader->find_batch(key_of(2));
  EXPECT_TRUE(found->has_value());
}

// ---- The tables

TEST(PostgresTables, EveryKeyAndIndexBeginsWithTheTenantWhereThereIsOne) {
  PostgresSchema schema;
  open_or_die(schema.address()).reset();
  EXPECT_EQ(
      cluster().ask("SELECT coalesce(string_agg(DISTINCT t.relname, ' ' ORDER BY t.relname),"
                    " '') FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid"
                    " JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]"
                    " WHERE t.relnamespace = '" +
                    schema.name() + "'::regnamespace AND a.attname <> 'tenant'"),
      "apps audit carillon_schema changes developers head meta operators spent_tokens writers");
}

TEST(PostgresTables, NothingIsUsedThatEnginesThatShardLack) {
  PostgresSchema schema;
  open_or_die(schema.address()).reset();
  auto const count = [&](std::string const& kinds) {
    return cluster().ask("SELECT count(*) FROM pg_class WHERE relkind IN (" + kinds +
                         ") AND relnamespace = '" + schema.name() + "'::regnamespace");
  };
  EXPECT_EQ(count("'S'"), "0") << "sequences";
  EXPECT_EQ(count("'v', 'm', 'f'"), "0") << "views and foreign tables";
  EXPECT_EQ(cluster().ask("SELECT count(*) FROM pg_proc WHERE pronamespace = '" + schema.name() +
                          "'::regnamespace"),
            "0");
}

TEST(PostgresCopy, ARestoredDumpIsNoticedUntilItIsStarted) {
  PostgresSchema schema;
  auto const ledger = open_or_die(schema.address());
  ASSERT_TRUE(ledger->set_identity({.key_check = "k", .generation = 1}));
  EXPECT_FALSE(ledger->identity()->copy);
  cluster().ask("UPDATE " + schema.name() +
                ".meta SET value = 'elsewhere' WHERE name = 'database'");
  EXPECT_TRUE(ledger->identity()->copy);
  ASSERT_TRUE(ledger->set_identity({.key_check = "k", .generation = 2}));
  EXPECT_FALSE(ledger->identity()->copy);
}

}  // namespace carillon::testing
