#include "tests/store/contract_suite.h"

#include <thread>

namespace carillon::testing {

void StoreContract::SetUp() {
  store_ = GetParam().make();
  reopen();
}

void StoreContract::reopen() {
  reader_.reset();
  ledger_.reset();
  auto ledger = store_->open();
  ASSERT_TRUE(ledger) << ledger.error().detail;
  ledger_ = std::move(*ledger);
  auto reader = ledger_->open_reader();
  ASSERT_TRUE(reader) << reader.error().detail;
  reader_ = std::move(*reader);
}

void StoreContract::commit(Change const& change) {
  auto const outcome = ledger_->commit(change);
  ASSERT_TRUE(outcome) << outcome.error().detail;
  ASSERT_EQ(*outcome, CommitOutcome::committed);
}

void StoreContract::refuse(Change const& change) {
  auto const outcome = ledger_->commit(change);
  ASSERT_TRUE(outcome) << outcome.error().detail;
  ASSERT_EQ(*outcome, CommitOutcome::conflict);
}

void StoreContract::race(Change const& first, Change const& second) {
  auto opened = store_->open();
  ASSERT_TRUE(opened) << opened.error().detail;
  Result<CommitOutcome> outcomes[2] = {CommitOutcome::conflict, CommitOutcome::conflict};
  std::thread other([&] { outcomes[1] = (*opened)->commit(second); });
  outcomes[0] = ledger_->commit(first);
  other.join();
  for (auto const& outcome : outcomes) ASSERT_TRUE(outcome) << outcome.error().detail;
  EXPECT_NE(*outcomes[0], *outcomes[1]) << "exactly one of two must win";

  // Nothing of the loser is there: the winner alone makes this state.
  bool const first_won = *outcomes[0] == CommitOutcome::committed;
  auto const& loser = first_won ? second : first;
  auto const& winner = first_won ? first : second;
  for (auto const& [key, batch] : loser.new_batches) {
    if (winner.new_batches.contains(key)) continue;
    EXPECT_FALSE(reader_->find_batch(key).value().has_value());
    EXPECT_TRUE(reader_->audience(key).value().deliverable.empty());
  }
  for (auto const& [key, batch] : winner.new_batches) {
    EXPECT_TRUE(reader_->find_batch(key).value().has_value());
  }
  for (auto const& slice : loser.slices) {
    auto const user = *slice.delivered.first_from(0);
    for (auto const& entry :
         reader_->person_entries(slice.batch.tenant, user, Seq{}, 100).value()) {
      EXPECT_NE(entry.batch, slice.batch.batch);
    }
  }
}

}  // namespace carillon::testing
