// Operators, spent tokens and the audit log come back as they were, and go when their time is over.
#include <gmock/gmock.h>

#include "tests/store/contract_changes.h"
#include "tests/store/contract_suite.h"

namespace carillon::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

Operator operator_of(std::uint32_t no, std::string name) {
  return {.no = OperatorNo{no},
          .name = std::move(name),
          .role = Role::sender,
          .password_hash = "$argon2id$...",
          .revision = 3,
          .created_at = kNow,
          .removed = false};
}

AuditEntry entry_of(std::uint64_t no, Time at) {
  return {.no = AuditNo{no},
          .at = at,
          .operator_name = "li@example.org",
          .role = Role::admin,
          .action = "app.change",
          .target = "",
          .detail = "",
          .remote = "::1",
          .status = 0};
}

std::vector<Operator> stored_operators(Ledger& ledger) {
  std::vector<Operator> out;
  EXPECT_TRUE(ledger.load_directory([&](DirectoryRows&& rows) -> Result<void> {
    out.insert(out.end(), rows.operators.begin(), rows.operators.end());
    return {};
  }));
  return out;
}

}  // namespace

TEST_P(StoreContract, OperatorsComeBackAsTheyWereLast) {
  auto first = operator_of(1, "li@example.org");
  auto second = operator_of(2, "han");
  second.password_hash.clear();
  Change change;
  change.directory.operators = {first, second};
  commit(change);
  first.removed = true;
  ++first.revision;
  Change later;
  later.directory.operators = {first};
  commit(later);
  reopen();
  EXPECT_THAT(stored_operators(*ledger_), ElementsAre(first, second));
}

TEST_P(StoreContract, ATokenIsSpentOnceAndForgottenInTheEnd) {
  TokenId const first{1, 2, 3};
  TokenId const second{1, 2, 4};
  Change change;
  change.spent_tokens[first] = kNow + kHour;
  commit(change);
  Change both;
  both.spent_tokens[second] = kNow + 2 * kHour;
  both.spent_tokens[first] = kNow + 2 * kHour;
  refuse(both);
  both.spent_tokens.erase(first);
  commit(both);
  reopen();
  refuse(change);
  EXPECT_THAT(ledger_->load_state(kNow)->spent_tokens,
              UnorderedElementsAre(Pair(first, kNow + kHour), Pair(second, kNow + 2 * kHour)));
  EXPECT_THAT(ledger_->load_state(kNow + std::chrono::minutes(90))->spent_tokens, SizeIs(1));
  EXPECT_EQ(*ledger_->purge_log(kNow + kHour, Time{}, 10), false);
  EXPECT_THAT(ledger_->load_state(kNow)->spent_tokens, SizeIs(2)) << "still good at that instant";
  EXPECT_EQ(*ledger_->purge_log(kNow + 3 * kHour, Time{}, 1), true);
  EXPECT_EQ(*ledger_->purge_log(kNow + 3 * kHour, Time{}, 10), false);
  EXPECT_THAT(ledger_->load_state(kNow)->spent_tokens, IsEmpty());
}

TEST_P(StoreContract, OfTwoWhoSpendATokenOneWins) {
  Change change;
  change.spent_tokens[TokenId{7}] = kNow + kHour;
  race(change, change);
}

TEST_P(StoreContract, TheAuditLogIsReadNewestFirstInPages) {
  Change change;
  for (std::uint64_t no = 1; no <= 5; ++no) change.audit.push_back(entry_of(no, kNow));
  change.audit_outcomes[AuditNo{5}] = {"cli_a", "name", 200};
  commit(change);
  refuse(change);
  Change later;
  later.audit_outcomes[AuditNo{4}] = {"cli_b", "", 404};
  later.audit_outcomes[AuditNo{9}] = {"", "", 500};  // was never there: passed over
  commit(later);
  auto const page = *reader_->audit(AuditNo{}, 2);
  ASSERT_THAT(page, SizeIs(2));
  auto ended = entry_of(5, kNow);
  ended.target = "cli_a";
  ended.detail = "name";
  ended.status = 200;
  EXPECT_EQ(page[0], ended);
  EXPECT_EQ(page[1].status, 404);
  auto const rest = *reader_->audit(page[1].no, 10);
  EXPECT_THAT(rest, ElementsAre(entry_of(3, kNow), entry_of(2, kNow), entry_of(1, kNow)));
  EXPECT_EQ(ledger_->load_state(kNow)->last_audit, AuditNo{5});
}

TEST_P(StoreContract, OldEntriesOfTheAuditLogGo) {
  Change change;
  for (std::uint64_t no = 1; no <= 6; ++no) {
    change.audit.push_back(entry_of(no, kNow + no * kHour));
  }
  commit(change);
  EXPECT_EQ(*ledger_->purge_log(Time{}, kNow + 4 * kHour, 2), true);
  EXPECT_EQ(*ledger_->purge_log(Time{}, kNow + 4 * kHour, 2), false);
  auto const left = *reader_->audit(AuditNo{}, 10);
  ASSERT_THAT(left, SizeIs(3));
  EXPECT_EQ(left.back().no, AuditNo{4});
}

}  // namespace carillon::testing
