// Two writers at once, both decided on the same state: exactly one wins.
#include <gmock/gmock.h>

#include "tests/store/contract_changes.h"
#include "tests/store/contract_suite.h"

namespace carillon::testing {

TEST_P(StoreContract, TwoWritersOfCounters) {
  race(with(accepted(key_of(1), {UserNo{1}}), counter_move({}, counters(2, 2, 1))),
       with(accepted(key_of(2), {UserNo{1}}), counter_move({}, counters(3, 2, 2))));
}

TEST_P(StoreContract, TwoWritersOfMovedCounters) {
  commit(counter_move({}, counters(5, 5, 5)));
  race(with(accepted(key_of(1), {UserNo{1}}), counter_move(counters(5, 5, 5), counters(6, 6, 6))),
       with(accepted(key_of(2), {UserNo{1}}), counter_move(counters(5, 5, 5), counters(6, 6, 6))));
}

TEST_P(StoreContract, TwoWritersOfABatch) {
  commit(accepted(key_of(1), {UserNo{1}}));
  auto const move = moved((*reader_->find_batch(key_of(1)))->record);
  race(with(accepted(key_of(2), {UserNo{1}}), move), with(accepted(key_of(3), {UserNo{1}}), move));
  EXPECT_EQ((*reader_->find_batch(key_of(1)))->record.revision, 2U);
}

TEST_P(StoreContract, TwoWritersOfANewBatch) {
  race(with(accepted(key_of(1), {UserNo{1}}), accepted(key_of(2), {UserNo{1}})),
       with(accepted(key_of(1), {UserNo{2}}), accepted(key_of(3), {UserNo{1}})));
}

TEST_P(StoreContract, TwoWritersOfASlice) {
  race(sent(key_of(1), 1, {UserNo{1}}), sent(key_of(2), 1, {UserNo{2}}));
}

TEST_P(StoreContract, TwoWritersOfAReceipt) {
  commit(sent(key_of(1), 1, {UserNo{1}}));
  Change read;
  read.receipts.push_back({.batch = key_of(1), .user = UserNo{1}, .read_at = kNow});
  race(with(accepted(key_of(2), {UserNo{1}}), read), with(accepted(key_of(3), {UserNo{1}}), read));
}

TEST_P(StoreContract, TwoWritersOfTheLastQuota) {
  commit(quota_use(90, 0, 100));
  race(with(accepted(key_of(1), {UserNo{1}}), quota_use(10, 90, 100)),
       with(accepted(key_of(2), {UserNo{1}}), quota_use(10, 90, 100)));
  EXPECT_EQ(ledger_->load_state(kNow)->quota.begin()->second, 100U);
}

TEST_P(StoreContract, TwoWritersOfQuotaThatBothSawLess) {
  race(with(accepted(key_of(1), {UserNo{1}}), quota_use(10, 0, 0)),
       with(accepted(key_of(2), {UserNo{1}}), quota_use(10, 0, 0)));
}

TEST_P(StoreContract, TwoWritersOfACall) {
  race(with(accepted(key_of(1), {UserNo{1}}), answered("key", 1, kNow)),
       with(accepted(key_of(2), {UserNo{1}}), answered("key", 2, kNow)));
}

}  // namespace carillon::testing
