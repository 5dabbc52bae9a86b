// The log of changes and whose turn it is to write: what several servers over one store rely on.
#include <chrono>
#include <future>

#include <gmock/gmock.h>

#include "store/postgres/log_entry.h"
#include "store/postgres/postgres_store.h"
#include "tests/store/contract_changes.h"
#include "tests/support/cutting_proxy.h"
#include "tests/support/postgres_cluster.h"
#include "tests/support/temporary_folder.h"

namespace carillon::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

class PostgresLog : public ::testing::Test {
 protected:
  std::unique_ptr<Ledger> open() {
    auto ledger = open_postgres({.address = schema.address()});
    EXPECT_TRUE(ledger) << ledger.error().detail;
    return ledger ? std::move(*ledger) : nullptr;
  }
  // As a server does at its start.
  std::unique_ptr<Ledger> open_at_newest() {
    auto ledger = open();
    ledger->change_log()->expect(ledger->load_state(kNow)->position);
    return ledger;
  }
  static Change batch(std::uint64_t number) { return accepted(key_of(number), {UserNo{1}}); }

  PostgresSchema schema;
};

TEST_F(PostgresLog, WhoHasNotSeenTheNewestChangeMustCatchUp) {
  auto const a = open_at_newest();
  auto const b = open_at_newest();
  ASSERT_EQ(*a->commit(batch(1)), CommitOutcome::committed);
  EXPECT_EQ(*b->commit(batch(2)), CommitOutcome::conflict);
  auto const news = b->change_log()->take_turn();
  ASSERT_TRUE(news) << news.error().detail;
  ASSERT_THAT(news->entries, SizeIs(1));
  EXPECT_FALSE(news->entries[0].own);
  EXPECT_EQ(news->entries[0].change.new_batches.at(key_of(1)).record,
            batch(1).new_batches.at(key_of(1)).record);
  EXPECT_EQ(*b->commit(batch(2)), CommitOutcome::committed);
  EXPECT_EQ(*a->commit(batch(3)), CommitOutcome::conflict);
}

TEST_F(PostgresLog, AReaderSeesEveryCommitInItsOrder) {
  auto const ledger = open_at_newest();
  auto const other = open();
  auto const reader = *other->change_log()->open_log_reader();
  auto const start = ledger->change_log()->expected();
  for (std::uint64_t n = 1; n <= 3; ++n) {
    ASSERT_EQ(*ledger->commit(batch(n)), CommitOutcome::committed);
    auto const news = reader->since(start, {});
    ASSERT_TRUE(news) << news.error().detail;
    ASSERT_THAT(news->entries, SizeIs(n));
    EXPECT_EQ(news->newest, start + n);
    EXPECT_TRUE(news->entries.back().change.new_batches.contains(key_of(n)));
  }
  EXPECT_THAT(reader->since(start + 3, {})->entries, SizeIs(0));
  auto const own = *ledger->change_log()->open_log_reader();
  EXPECT_TRUE(own->since(start, {})->entries.front().own);
}

// access/rate_limit.h
TEST_F(PostgresLog, CallsAreCountedByAllServersTogether) {
  auto const ledger = open();
  auto const a = *ledger->change_log()->open_log_reader();
  auto const b = *ledger->change_log()->open_log_reader();
  CallTally const one{kTenant, kApp, 7, 1'000'000'017, 3, 30};
  CallTally const other{kTenant, kApp, 8, 1'000'000'017, 1, 1};
  auto const first = a->since(0, {one, other});
  ASSERT_TRUE(first) << first.error().detail;
  EXPECT_THAT(first->calls, ElementsAre(one, other));
  CallTally sum = one;
  sum.in_second = 6;
  sum.in_minute = 60;
  EXPECT_THAT(b->since(0, {one})->calls, ElementsAre(sum));
  // A later second of the same minute, a new minute, and what comes too late for either.
  CallTally const later{kTenant, kApp, 7, 1'000'000'018, 2, 2};
  EXPECT_THAT(b->since(0, {later})->calls,
              ElementsAre(CallTally{kTenant, kApp, 7, 1'000'000'018, 2, 62}));
  CallTally const next_minute{kTenant, kApp, 7, one.second + 60, 4, 4};
  EXPECT_THAT(a->since(0, {next_minute})->calls, ElementsAre(next_minute));
  EXPECT_THAT(a->since(0, {one})->calls, ElementsAre(next_minute));
}

TEST_F(PostgresLog, CountsOfLongAgoAreDeleted) {
  auto const ledger = open();
  auto const reader = *ledger->change_log()->open_log_reader();
  ASSERT_TRUE(reader->since(0, {{kTenant, kApp, 7, 1'000'000'000, 1, 1}}));
  ASSERT_TRUE(reader->since(0, {{kTenant, kApp, 8, 1'000'000'200, 1, 1}}));
  EXPECT_EQ(PostgresCluster::shared().ask("SELECT string_agg(api::text, ' ') FROM " +
                                          schema.name() + ".call_rates"),
            "8");
}

TEST_F(PostgresLog, OnlyOneHasTheTurnAndWhoeverWaitsSeesWhatWasWritten) {
  auto const a = open_at_newest();
  auto const b = open_at_newest();
  ASSERT_TRUE(a->change_log()->take_turn());
  auto waiting = std::async(std::launch::async, [&] { return b->change_log()->take_turn(); });
  EXPECT_EQ(waiting.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
  ASSERT_EQ(*a->commit(batch(1)), CommitOutcome::committed);
  auto const news = waiting.get();
  ASSERT_TRUE(news) << news.error().detail;
  EXPECT_THAT(news->entries, SizeIs(1));
  b->change_log()->end_turn();
  EXPECT_EQ(*a->commit(batch(2)), CommitOutcome::committed) << "a turn that was given back";
}

TEST_F(PostgresLog, AServerThatHangsInItsTurnLosesItAndCannotCommit) {
  auto const hung = open_at_newest();
  auto const other = open_at_newest();
  ASSERT_TRUE(hung->change_log()->take_turn());
  auto const news = other->change_log()->take_turn();  // PostgreSQL ends the idle transaction
  ASSERT_TRUE(news) << news.error().detail;
  ASSERT_EQ(*other->commit(batch(1)), CommitOutcome::committed);
  EXPECT_EQ(*hung->commit(batch(2)), CommitOutcome::conflict);
  ASSERT_TRUE(hung->change_log()->take_turn());
  EXPECT_EQ(*hung->commit(batch(2)), CommitOutcome::committed);
}

TEST_F(PostgresLog, WhoeverWasAwayForTooLongIsToldSo) {
  auto const ledger = open_at_newest();
  auto const reader = *ledger->change_log()->open_log_reader();
  auto const start = ledger->change_log()->expected();
  for (std::uint64_t n = 1; n <= 3; ++n) {
    ASSERT_EQ(*ledger->commit(batch(n)), CommitOutcome::committed);
  }
  PostgresCluster::shared().ask("DELETE FROM " + schema.name() +
                                ".changes WHERE position <= " + std::to_string(start + 2));
  auto const gone = reader->since(start, {});
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, Errc::not_found);
  EXPECT_TRUE(reader->since(start + 2, {}));
  PostgresCluster::shared().ask("DELETE FROM " + schema.name() + ".changes");
  EXPECT_EQ(reader->since(start, {}).error().code, Errc::not_found);
}

TEST_F(PostgresLog, WhoeverHasHeardOfWhatTheStoreLostIsToldSo) {
  auto const ledger = open_at_newest();
  auto const reader = *ledger->change_log()->open_log_reader();
  ASSERT_EQ(*ledger->commit(batch(1)), CommitOutcome::committed);
  auto const heard = ledger->change_log()->expected();
  EXPECT_TRUE(reader->since(heard, {}));
  PostgresCluster::shared().ask("UPDATE " + schema.name() + ".head SET newest = newest - 1");
  PostgresCluster::shared().ask("DELETE FROM " + schema.name() +
                                ".changes WHERE position = " + std::to_string(heard));
  EXPECT_EQ(reader->since(heard, {}).error().code, Errc::not_found);
  EXPECT_EQ(ledger->change_log()->take_turn().error().code, Errc::not_found);
}

TEST_F(PostgresLog, WhatReachesTheDatabaseAfterAnotherHasWrittenIsNotWritten) {
  TemporaryFolder folder;
  auto const socket = PostgresCluster::shared().socket_folder() / ".s.PGSQL.5432";
  CuttingProxy proxy{folder.path() / ".s.PGSQL.5432", socket};
  auto killed = *open_postgres({.address = "host=" + folder.path().string() +
                                           " dbname=postgres user=carillon"
                                           " options='-csearch_path=" +
                                           schema.name() + "'"});
  killed->change_log()->expect(killed->load_state(kNow)->position);
  proxy.refuse(true);
  proxy.cut_next(CuttingProxy::Cut::late);
  ASSERT_EQ(*killed->commit(batch(1)), CommitOutcome::unknown);
  killed.reset();
  auto const next = open_at_newest();
  ASSERT_EQ(*next->commit(batch(2)), CommitOutcome::committed);
  proxy.release();
  EXPECT_EQ(next->load_state(kNow)->batches.size(), 1u);
}

// What memory needs of a change comes back as it was; what it does not is left out.
TEST(PostgresLogEntry, AChangeComesBackAsMemoryNeedsIt) {
  auto change = with(sent(key_of(1), 1, {UserNo{1}, UserNo{70'000}}), quota_use(5, 7, 100));
  change.slices[0].block = BlockNo{0};
  change.counters[kTenant].to = counters(3, 4, 5);
  change.batch_moves[key_of(9)].to = batch_for(key_of(9), {UserNo{2}}).record;
  change.event_moves[{kTenant, EventNo{4}}] = {false, EventState::dead, 3, kNow, "refused"};
  change.event_tallies[{kTenant, kApp}] = {1, 2, 3, 4};
  change.event_duty = EventDuty::claimed;
  change.push[{kTenant, UserNo{7}}].subscriptions.emplace_back();
  change.spent_tokens[TokenId{1, 2, 3}] = kNow;
  change.import = ImportProgress{"file", 12};
  change.purged = {key_of(3)};
  change.directory.users.push_back({kTenant, User{.no = UserNo{4}, .user_id = "dan"}});
  change.directory.departments.push_back(
      {kTenant, Department{.no = DepartmentNo{2}, .department_id = "eng"}});
  change.directory.images.push_back({kTenant, Image{"key", "file", {BlobId{1}, 5}}});
  auto const back = carillon::postgres::read_log_entry(carillon::postgres::pack_log_entry(change));
  ASSERT_TRUE(back) << back.error().detail;
  EXPECT_EQ(back->new_batches.at(key_of(1)).record, change.new_batches.at(key_of(1)).record);
  EXPECT_EQ(back->batch_moves.at(key_of(9)).to, change.batch_moves.at(key_of(9)).to);
  ASSERT_THAT(back->slices, SizeIs(1));
  EXPECT_EQ(back->slices[0].delivered, change.slices[0].delivered);
  EXPECT_EQ(back->slices[0].block, BlockNo{0});
  EXPECT_EQ(back->counters.at(kTenant).to, counters(3, 4, 5));
  auto const& used = back->quota.begin()->second;
  EXPECT_EQ(used.used_before + used.added, 12u);
  EXPECT_EQ(back->event_moves, change.event_moves);
  EXPECT_EQ(back->event_tallies, change.event_tallies);
  EXPECT_EQ(back->event_duty, EventDuty::claimed);
  EXPECT_TRUE(back->push.begin()->second.active());
  EXPECT_EQ(back->spent_tokens, change.spent_tokens);
  EXPECT_EQ(back->import, change.import);
  EXPECT_EQ(back->purged, change.purged);
  EXPECT_EQ(back->directory.users, change.directory.users);
  EXPECT_EQ(back->directory.departments, change.directory.departments);
  EXPECT_EQ(back->directory.images, change.directory.images);
}

// Nobody goes on with a store that is moving, so nobody needs the rows that come with the mark.
TEST(PostgresLogEntry, OfAMoveOnlyTheMarkIsTold) {
  auto change = sent(key_of(1), 1, {UserNo{1}});
  change.relocation = Relocation{RelocationState::arriving, "id", "the other", "place"};
  auto const back = carillon::postgres::read_log_entry(carillon::postgres::pack_log_entry(change));
  ASSERT_TRUE(back) << back.error().detail;
  EXPECT_EQ(back->relocation, change.relocation);
  EXPECT_TRUE(back->new_batches.empty());
}

TEST(PostgresLogEntry, AnUnknownSectionAndDamagedBytesAreErrors) {
  EXPECT_EQ(carillon::postgres::read_log_entry("\x63\x01").error().code, Errc::internal);
  auto const bytes = carillon::postgres::pack_log_entry(sent(key_of(1), 1, {UserNo{1}}));
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    (void)carillon::postgres::read_log_entry(bytes.substr(0, size));  // whatever it says, it ends
  }
  EXPECT_EQ(carillon::postgres::read_log_entry(bytes.substr(0, bytes.size() - 1)).error().code,
            Errc::internal);
}

}  // namespace
}  // namespace carillon::testing
