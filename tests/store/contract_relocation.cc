// Everything in a store comes out of it again, and moves to another: also when the move is broken
// off after any step.
#include <gmock/gmock.h>

#include "relocation/move.h"
#include "tests/store/contract_changes.h"
#include "tests/store/contract_suite.h"
#include "tests/store/model.h"

namespace carillon::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

MoveNames const kNames{"the old store", "the new store"};

Result<void> go_on(std::uint64_t) { return {}; }

StoreIdentity identity_of_tests() {
  StoreIdentity identity;
  identity.key_check = "check";
  identity.generation = 3;
  return identity;
}

// A row of everything that a random life does not make.
Change rare_rows() {
  Change change;
  Event event;
  event.key = {kOther, EventNo{77}};
  event.app = kApp;
  event.at = kNow;
  event.batches = {{BatchNo{5}, 1}};
  change.events = {event};
  change.event_moves[event.key] = {false, EventState::dead, 3, kNow + kHour, "gone"};
  change.event_tallies[{kOther, kApp}] = {1, 2, 3, 4};
  change.spent_tokens = {{TokenId{}, kNow}, {TokenId{1}, kNow - 100 * kHour}};
  change.spent_tokens[{255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}] = kNow;
  for (std::uint64_t n = 1; n <= 20; ++n) {
    change.audit.push_back({AuditNo{n}, kNow + n * kHour, "li", Role::sender, "recall", "bm-1",
                            std::string(1, '\0'), "::1", n % 2 == 0 ? 200 : 0});
  }
  change.quota[{kOther, kApp, 12}] = {7, 0, 0};  // of a day long gone
  for (int n = 0; n < 30; ++n) {
    change.calls[{kOther, kApp, "key" + std::to_string(n)}] = {std::string(32, 'h'), 5,
                                                               kNow - n / 3 * kHour};
  }
  Operator account;
  account.no = OperatorNo{1};
  account.name = "li";
  account.role = Role::sender;
  account.password_hash = "$argon2id$";
  account.revision = 9;
  account.created_at = kNow;
  change.directory.operators = {account};
  return change;
}

}  // namespace

TEST_P(StoreContract, EverythingMovesToAnotherStoreAlsoInPieces) {
  Workload life(17);
  ModelStore model;
  for (int step = 0; step < 200; ++step) {
    auto const change = life.next(model);
    ASSERT_TRUE(model.apply(change));
    commit(change);
  }
  Change imported;
  imported.import = ImportProgress{};
  ASSERT_TRUE(model.apply(imported));
  commit(imported);
  commit(rare_rows());
  ASSERT_TRUE(ledger_->set_identity(identity_of_tests()));

  auto const other_store = GetParam().make();
  std::unique_ptr<Ledger> other;
  int begun = 0;
  for (bool done = false; !done; ++begun) {
    ASSERT_LT(begun, 10'000);
    other.reset();
    reopen();
    other = std::move(other_store->open()).value();
    auto const start = begin_move(*ledger_, *other, kNames, kNow);
    ASSERT_TRUE(start) << start.error().detail;
    ASSERT_EQ(*start, begun == 0 ? MoveStart::fresh : MoveStart::goes_on);
    EXPECT_FALSE(check_at_home(*ledger_, "x"));
    EXPECT_FALSE(check_at_home(*other, "x"));
    // Each time the third step is the last one that comes to its end.
    int steps = 0;
    auto const copied = copy_rows(*ledger_, *other, 7, [&](std::uint64_t) -> Result<void> {
      if (++steps < 3) return {};
      return fail(Errc::unavailable, "broken off");
    });
    done = copied.has_value();
  }
  EXPECT_GT(begun, 10);

  auto const compared = compare_stores(*ledger_, *other, go_on);
  ASSERT_TRUE(compared) << compared.error().detail;
  EXPECT_THAT(compared->unequal, IsEmpty());
  EXPECT_EQ(compared->batches, model.batches.size());
  for (std::size_t kind = 0; kind < kRowKinds; ++kind) {
    EXPECT_GT(compared->rows.of(static_cast<RowKind>(kind)).rows, 0U)
        << name_of(static_cast<RowKind>(kind));
  }
  ASSERT_TRUE(end_move(*ledger_, *other));
  EXPECT_EQ(*begin_move(*ledger_, *other, kNames, kNow), MoveStart::was_done);
  EXPECT_TRUE(check_at_home(*other, "x"));
  EXPECT_FALSE(check_at_home(*ledger_, "x"));
  EXPECT_EQ(other->identity()->key_check, "check");
  EXPECT_EQ(other->identity()->generation, 3);
  EXPECT_FALSE(other->identity()->copy);

  // What the port tells of it is what it told of the other.
  auto const reader = std::move(other->open_reader()).value();
  model.apply(rare_rows());
  EXPECT_EQ(difference(model, *other, *reader, life.now()), "");
  EXPECT_EQ(*reader->audit(AuditNo{}, 100), *reader_->audit(AuditNo{}, 100));
  EXPECT_EQ(other->load_state(kNow - 200 * kHour)->spent_tokens,
            ledger_->load_state(kNow - 200 * kHour)->spent_tokens);

  // And it goes on from there.
  auto change = life.next(model);
  ASSERT_TRUE(model.apply(change));
  EXPECT_EQ(*other->commit(change), CommitOutcome::committed);
  EXPECT_EQ(difference(model, *other, *reader, life.now()), "");
}

TEST_P(StoreContract, WhatDiffersBetweenTwoStoresIsFound) {
  commit(sent(key_of(1), 1, {UserNo{1}, UserNo{2}}));
  ASSERT_TRUE(ledger_->set_identity(identity_of_tests()));
  auto const other_store = GetParam().make();
  auto const other = std::move(other_store->open()).value();
  ASSERT_TRUE(begin_move(*ledger_, *other, kNames, kNow));
  ASSERT_TRUE(copy_rows(*ledger_, *other, 100, go_on));
  ASSERT_THAT(compare_stores(*ledger_, *other, go_on)->unequal, IsEmpty());

  Change read;
  read.receipts = {{key_of(1), UserNo{1}, kNow}};
  ASSERT_EQ(*other->commit(read), CommitOutcome::committed);
  EXPECT_THAT(compare_stores(*ledger_, *other, go_on)->unequal,
              ::testing::ElementsAre("the books of batch 1 of tenant 1 differ",
                                     "read receipts: 0 in the old store, 1 in the new one"));
  read.receipts.front().read_at += kHour;
  commit(read);
  EXPECT_THAT(compare_stores(*ledger_, *other, go_on)->unequal,
              ::testing::ElementsAre("the read receipts are as many, but not the same"));
  EXPECT_THAT(compare_stores(*ledger_, *other, go_on)->torn, ::testing::ElementsAre(key_of(1)));
}

TEST_P(StoreContract, AMoveGoesToAnEmptyStoreOrToItsOwnHalf) {
  auto const other_store = GetParam().make();
  auto const other = std::move(other_store->open()).value();
  auto const third_store = GetParam().make();
  auto const third = std::move(third_store->open()).value();
  auto const refusal = [](Ledger& from, Ledger& to) {
    auto const start = begin_move(from, to, kNames, kNow);
    return start ? std::string() : start.error().detail;
  };
  EXPECT_THAT(refusal(*ledger_, *other), HasSubstr("holds nothing yet"));
  EXPECT_EQ(*other->relocation(), Relocation{});
  ASSERT_TRUE(ledger_->set_identity(identity_of_tests()));
  ASSERT_TRUE(third->set_identity(identity_of_tests()));
  EXPECT_THAT(refusal(*ledger_, *third), HasSubstr("is not empty"));
  EXPECT_EQ(*ledger_->relocation(), Relocation{});
  EXPECT_EQ(*third->relocation(), Relocation{});

  EXPECT_EQ(*begin_move(*ledger_, *other, kNames, kNow), MoveStart::fresh);
  EXPECT_EQ(ledger_->relocation()->state, RelocationState::leaving);
  EXPECT_EQ(ledger_->relocation()->other, kNames.to);
  EXPECT_EQ(other->relocation()->other, kNames.from);
  EXPECT_THAT(refusal(*third, *other), HasSubstr("a part of another move"));
  EXPECT_THAT(refusal(*other, *third), HasSubstr("holds only a part"));
  EXPECT_FALSE(take_back(*other, "x"));
  EXPECT_FALSE(take_back(*third, "x"));

  // Given up before its end it is as before; the half that is left behind is nobody's.
  EXPECT_EQ(*take_back(*ledger_, "x"), RelocationState::leaving);
  EXPECT_TRUE(check_at_home(*ledger_, "x"));
  EXPECT_FALSE(ledger_->identity()->copy);
  EXPECT_THAT(refusal(*ledger_, *other), HasSubstr("a part of another move"));

  // Taken back after its end it counts as a copy.
  auto const fourth_store = GetParam().make();
  auto const fourth = std::move(fourth_store->open()).value();
  EXPECT_EQ(*begin_move(*ledger_, *fourth, kNames, kNow), MoveStart::fresh);
  ASSERT_TRUE(end_move(*ledger_, *fourth));
  EXPECT_THAT(refusal(*ledger_, *other), HasSubstr("was moved"));
  EXPECT_EQ(*take_back(*ledger_, "x"), RelocationState::left);
  EXPECT_TRUE(check_at_home(*ledger_, "x"));
  EXPECT_TRUE(ledger_->identity()->copy);
  EXPECT_THAT(refusal(*ledger_, *fourth), HasSubstr("is not empty"));
}

TEST_P(StoreContract, AnImportThatIsUnderWayDoesNotMove) {
  ASSERT_TRUE(ledger_->set_identity(identity_of_tests()));
  Change change;
  change.import = ImportProgress{"import.staged", 3};
  commit(change);
  auto const other_store = GetParam().make();
  auto const other = std::move(other_store->open()).value();
  auto const start = begin_move(*ledger_, *other, kNames, kNow);
  ASSERT_FALSE(start);
  EXPECT_THAT(start.error().detail, HasSubstr("an import into the old store was interrupted"));
  EXPECT_EQ(*ledger_->relocation(), Relocation{});
}

// Only a store that several servers may write to has to find that out.
TEST_P(StoreContract, WhoeverWritesToTheSourceOfAMoveIsFoundOut) {
  if (ledger_->change_log() == nullptr) GTEST_SKIP() << "this store has one writer";
  ASSERT_TRUE(ledger_->set_identity(identity_of_tests()));
  auto const other_store = GetParam().make();
  auto const other = std::move(other_store->open()).value();
  ASSERT_TRUE(begin_move(*ledger_, *other, kNames, kNow));
  EXPECT_TRUE(check_unwritten(*ledger_));
  {
    auto const server = std::move(store_->open()).value();
    ASSERT_EQ(*server->commit(accepted(key_of(1), {UserNo{1}})), CommitOutcome::committed);
  }
  EXPECT_FALSE(check_unwritten(*ledger_));
  auto const ended = end_move(*ledger_, *other);
  ASSERT_FALSE(ended);
  EXPECT_THAT(ended.error().detail, HasSubstr("a server is running on it"));
  EXPECT_EQ(other->relocation()->state, RelocationState::arriving);
  reopen();
  EXPECT_FALSE(begin_move(*ledger_, *other, kNames, kNow));
}

}  // namespace carillon::testing
