#include "ledger/change.h"

#include <gtest/gtest.h>

namespace carillon {
namespace {

constexpr BatchKey kKey{TenantNo{1}, BatchNo{1}};

Change accepted() {
  Change change;
  NewBatch fresh;
  fresh.record.key = kKey;
  change.new_batches.emplace(kKey, fresh);
  change.counters[TenantNo{1}] = {{BatchNo{1}, 1, Seq{0}}, {BatchNo{2}, 2, Seq{0}}};
  change.quota[{TenantNo{1}, AppNo{1}, 1}] = {2, 5, 100};
  return change;
}

Change moved(std::uint32_t from) {
  Change change;
  BatchRecord to;
  to.key = kKey;
  to.revision = from + 1;
  to.delivered = from;
  change.batch_moves[kKey] = {from, to};
  change.counters[TenantNo{1}] = {{BatchNo{2}, 2, Seq{from - 1}}, {BatchNo{2}, 2, Seq{from}}};
  return change;
}

TEST(Change, ABatchMovedInItsOwnGroupIsWrittenOnce) {
  auto change = accepted();
  change.absorb(moved(1));
  change.absorb(moved(2));
  EXPECT_TRUE(change.batch_moves.empty());
  EXPECT_EQ(change.new_batches.at(kKey).record.revision, 3u);
}

TEST(Change, ExpectationsStayThoseOfTheEarliest) {
  auto change = moved(4);
  change.absorb(moved(5));
  EXPECT_EQ(change.batch_moves.at(kKey).from_revision, 4u);
  EXPECT_EQ(change.batch_moves.at(kKey).to.revision, 6u);
  EXPECT_EQ(change.counters.at(TenantNo{1}).from.seq, Seq{3});
  EXPECT_EQ(change.counters.at(TenantNo{1}).to.seq, Seq{5});
}

TEST(Change, QuotaUseAddsUp) {
  auto change = accepted();
  auto later = accepted();
  later.new_batches.clear();
  later.quota.begin()->second.used_before = 7;
  change.absorb(std::move(later));
  auto const& use = change.quota.begin()->second;
  EXPECT_EQ(use.added, 4u);
  EXPECT_EQ(use.used_before, 5u);
}

TEST(Change, AnEmptyOneIsEmpty) {
  EXPECT_TRUE(Change{}.empty());
  EXPECT_FALSE(accepted().empty());
}

}  // namespace
}  // namespace carillon
