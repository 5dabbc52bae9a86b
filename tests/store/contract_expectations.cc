// What a change expects is checked, and a conflict writes nothing.
#include <array>

#include <gmock/gmock.h>

#include "tests/store/contract_changes.h"
#include "tests/store/contract_suite.h"

namespace carillon::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

}  // namespace

TEST_P(StoreContract, EmptyStoreHoldsNothing) {
  auto const state = ledger_->load_state(kNow);
  ASSERT_TRUE(state);
  EXPECT_THAT(state->counters, IsEmpty());
  EXPECT_THAT(state->batches, IsEmpty());
  EXPECT_EQ(ledger_->identity()->key_check, "");
  EXPECT_FALSE(ledger_->identity()->copy);
  EXPECT_FALSE(reader_->find_batch(key_of(1)).value().has_value());
  EXPECT_THAT(reader_->slices(key_of(1)).value(), IsEmpty());
  EXPECT_THAT(reader_->list(kTenant, AppNo{}, BatchKind::bulk, BatchNo{}, 10).value(), IsEmpty());
}

TEST_P(StoreContract, CountersMoveOnlyFromWhereTheyAre) {
  commit(counter_move({}, counters(2, 2, 1)));
  refuse(counter_move({}, counters(3, 3, 1)));
  refuse(counter_move(counters(2, 2, 0), counters(3, 3, 1)));
  refuse(counter_move(counters(2, 1, 1), counters(3, 3, 1)));
  refuse(counter_move(counters(1, 2, 1), counters(3, 3, 1)));
  commit(counter_move(counters(2, 2, 1), counters(3, 3, 2)));
  commit(counter_move({}, counters(9, 9, 9), kOther));
  EXPECT_EQ(ledger_->load_state(kNow)->counters.at(kTenant), counters(3, 3, 2));
  EXPECT_EQ(ledger_->load_state(kNow)->counters.at(kOther), counters(9, 9, 9));
}

TEST_P(StoreContract, NewBatchNeedsAFreeNumber) {
  commit(accepted(key_of(1), {UserNo{1}}));
  refuse(accepted(key_of(1), {UserNo{2}}));
  EXPECT_EQ(reader_->audience(key_of(1))->deliverable, UserSet{UserNo{1}});
  commit(accepted(key_of(1, kOther), {UserNo{3}}));
}

TEST_P(StoreContract, BatchesAreFoundInTheOrderInWhichTheyWereAskedFor) {
  for (std::uint64_t n = 1; n <= 3; ++n) commit(accepted(key_of(n), {UserNo{1}}));
  commit(accepted(key_of(4, kOther), {UserNo{1}}));
  std::array const asked{BatchNo{3}, BatchNo{4}, BatchNo{1}, BatchNo{3}};
  auto const found = reader_->find_batches(kTenant, asked).value();
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[0]->record.key, key_of(3));
  EXPECT_FALSE(found[1].has_value());
  EXPECT_EQ(found[2]->record.key, key_of(1));
  EXPECT_EQ(found[3]->record.key, key_of(3));
  EXPECT_EQ(found[2]->content.json, (*reader_->find_batch(key_of(1)))->content.json);
  EXPECT_TRUE(reader_->find_batches(kTenant, {})->empty());
}

TEST_P(StoreContract, BatchMovesOnlyFromItsRevision) {
  commit(accepted(key_of(1), {UserNo{1}}));
  auto record = (*reader_->find_batch(key_of(1)))->record;
  record.read = 1;
  commit(moved(record));
  record.read = 7;
  refuse(moved(record));
  EXPECT_EQ((*reader_->find_batch(key_of(1)))->record.read, 1U);
  auto unknown = record;
  unknown.key = key_of(2);
  refuse(moved(unknown));
}

TEST_P(StoreContract, QuotaIsRefusedAboveItsLimit) {
  commit(quota_use(60, 0, 100));
  refuse(quota_use(41, 60, 100));
  commit(quota_use(40, 60, 100));
  refuse(quota_use(1, 100, 100));
  commit(quota_use(1, 100, 0));
  EXPECT_EQ(ledger_->load_state(kNow)->quota.begin()->second, 101U);
}

TEST_P(StoreContract, QuotaIsRefusedAboveItsLimitOnTheFirstUseToo) { refuse(quota_use(5, 0, 4)); }

TEST_P(StoreContract, QuotaIsRefusedIfOthersUsedMoreThanWasSeen) {
  commit(quota_use(10, 0, 0));
  refuse(quota_use(1, 9, 0));
  commit(quota_use(1, 10, 0));
  commit(quota_use(1, 99, 0));  // less was used than feared: a batch was given back
}

TEST_P(StoreContract, AnsweredCallIsKeptForADay) {
  commit(answered("key", 1, kNow));
  refuse(answered("key", 2, kNow + 23 * kHour));
  EXPECT_EQ((*reader_->find_call({kTenant, kApp, "key"}, kNow))->made, 1U);
  EXPECT_FALSE(reader_->find_call({kTenant, kApp, "key"}, kNow + kHour)->has_value());
  EXPECT_FALSE(reader_->find_call({kTenant, kApp, "other"}, Time{})->has_value());
  EXPECT_FALSE(reader_->find_call({kOther, kApp, "key"}, Time{})->has_value());
  EXPECT_FALSE(reader_->find_call({kTenant, AppNo{2}, "key"}, Time{})->has_value());
  commit(answered("key", 2, kNow + 24 * kHour));
  auto const call = *reader_->find_call({kTenant, kApp, "key"}, kNow);
  EXPECT_EQ(call->made, 2U);
  EXPECT_EQ(call->body_hash, std::string(32, 'h'));
  EXPECT_EQ(call->at, kNow + 24 * kHour);
}

TEST_P(StoreContract, ConflictWritesNothing) {
  commit(accepted(key_of(1), {UserNo{1}}));
  auto record = (*reader_->find_batch(key_of(1)))->record;

  auto change = with(sent(key_of(2), 1, {UserNo{1}}), counter_move({}, counters(3, 3, 1)));
  change.absorb(quota_use(1, 0, 0));
  change.absorb(answered("key", 2, kNow));
  change.absorb(moved(record));
  change.receipts.push_back({.batch = key_of(1), .user = UserNo{1}, .read_at = kNow});
  change.directory.tenants.push_back({.no = kTenant, .tenant_key = "acme"});
  change.import = ImportProgress{"staged", 5};
  change.slices.push_back(slice_of(key_of(1), 1, {UserNo{1}}));  // the seq is taken, found last
  refuse(change);

  auto const state = ledger_->load_state(kNow);
  EXPECT_THAT(state->batches, ElementsAre(record));
  EXPECT_THAT(state->counters, IsEmpty());
  EXPECT_THAT(state->quota, IsEmpty());
  EXPECT_EQ(state->import, ImportProgress{});
  EXPECT_FALSE(reader_->find_call({kTenant, kApp, "key"}, Time{})->has_value());
  EXPECT_THAT(*reader_->receipts(key_of(1), UserNo{}, 10), IsEmpty());
  EXPECT_THAT(*reader_->person_entries(kTenant, UserNo{1}, Seq{}, 10), IsEmpty());
  ASSERT_TRUE(ledger_->load_directory([](DirectoryRows&& rows) -> Result<void> {
    ADD_FAILURE() << rows.size() << " rows of the directory";
    return {};
  }));
}

TEST_P(StoreContract, EmptyChangeCommits) { commit({}); }

}  // namespace carillon::testing
