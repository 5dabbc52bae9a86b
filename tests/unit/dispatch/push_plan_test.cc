#include "dispatch/push_plan.h"

#include <gmock/gmock.h>

namespace carillon {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Time const kStart = from_ms(1'700'000'000'000);
BatchKey const kBatch{TenantNo{1}, BatchNo{1}};
BatchKey const kNext{TenantNo{1}, BatchNo{2}};

PushLimits limits() {
  PushLimits out;
  out.slices_max = 2;
  out.retrying_max = 3;
  out.ttl = 1h;
  out.retries = {10s, 60s};
  return out;
}

std::vector<std::uint32_t> users_of(PushPlan::Taken const& taken) {
  std::vector<std::uint32_t> out;
  for (auto const& visit : taken.visits) out.push_back(visit.user.value);
  return out;
}

TEST(PushPlan, PeopleComeInPiecesAndSlicesInTheirOrder) {
  PushPlan plan(limits());
  EXPECT_FALSE(plan.next_due(kStart));
  plan.add(kBatch, UserSet::range(UserNo{0}, UserNo{5}), kStart);
  plan.add(kNext, {UserNo{1}}, kStart);
  EXPECT_EQ(plan.waiting(), 6U);
  EXPECT_EQ(plan.next_due(kStart), kStart);
  EXPECT_THAT(users_of(plan.take(kStart, 3)), ElementsAre(0, 1, 2));
  EXPECT_THAT(users_of(plan.take(kStart, 10)), ElementsAre(3, 4, 1));
  EXPECT_EQ(plan.waiting(), 0U);
  EXPECT_FALSE(plan.next_due(kStart));
}

TEST(PushPlan, TheLastUserThereCanBeIsTakenOnce) {
  PushPlan plan(limits());
  plan.add(kBatch, {UserNo{UINT32_MAX}}, kStart);
  EXPECT_THAT(users_of(plan.take(kStart, 10)), ElementsAre(UINT32_MAX));
  EXPECT_THAT(plan.take(kStart, 10).visits, IsEmpty());
}

TEST(PushPlan, TheOldestSliceMakesRoomAndOldOnesAreDropped) {
  PushPlan plan(limits());
  EXPECT_EQ(plan.add(kBatch, UserSet::range(UserNo{0}, UserNo{5}), kStart), 0U);
  plan.take(kStart, 1);
  plan.add(kNext, {UserNo{8}}, kStart);
  EXPECT_EQ(plan.add({TenantNo{1}, BatchNo{3}}, {UserNo{9}}, kStart + 30min), 4U);
  auto const taken = plan.take(kStart + 1h, 10);
  EXPECT_THAT(users_of(taken), ElementsAre(9));
  EXPECT_EQ(taken.too_old, 1U);
}

TEST(PushPlan, ARefusedPushIsTriedAgainAfterEachPauseAndThenNoMore) {
  PushPlan plan(limits());
  plan.add(kBatch, {UserNo{1}}, kStart);
  auto visit = plan.take(kStart, 1).visits.at(0);
  visit.endpoint = "https://push.test/1";
  ASSERT_TRUE(plan.retry(visit, kStart, 0s));
  EXPECT_THAT(plan.take(kStart + 9s, 1).visits, IsEmpty());
  EXPECT_EQ(plan.next_due(kStart), kStart + 10s);
  visit = plan.take(kStart + 10s, 1).visits.at(0);
  EXPECT_EQ(visit.attempts, 1U);
  EXPECT_EQ(visit.endpoint, "https://push.test/1");
  ASSERT_TRUE(plan.retry(visit, kStart + 10s, 0s));
  visit = plan.take(kStart + 70s, 1).visits.at(0);
  EXPECT_FALSE(plan.retry(visit, kStart + 70s, 0s));
}

TEST(PushPlan, AServiceIsAskedAgainNoSoonerThanItWants) {
  PushPlan plan(limits());
  plan.add(kBatch, {UserNo{1}}, kStart);
  auto const visit = plan.take(kStart, 1).visits.at(0);
  ASSERT_TRUE(plan.retry(visit, kStart, 90s));
  EXPECT_EQ(plan.next_due(kStart), kStart + 90s);
  EXPECT_FALSE(plan.retry(visit, kStart, 2h)) << "of no use by then";
}

TEST(PushPlan, NoSliceIsBegunWhileManyWaitToBeTriedAgain) {
  PushPlan plan(limits());
  plan.add(kBatch, UserSet::range(UserNo{0}, UserNo{9}), kStart);
  for (auto& visit : plan.take(kStart, 3).visits) plan.postpone(std::move(visit), kStart + 10s);
  EXPECT_THAT(plan.take(kStart, 10).visits, IsEmpty());
  EXPECT_EQ(plan.next_due(kStart), kStart + 10s);
  EXPECT_THAT(plan.take(kStart + 10s, 4).visits, SizeIs(4));
}

TEST(PushPlan, AVisitThatMetARestingServiceForTooLongIsDropped) {
  PushPlan plan(limits());
  plan.add(kBatch, UserSet::range(UserNo{0}, UserNo{2}), kStart);
  auto visits = plan.take(kStart, 2).visits;
  plan.postpone(visits[0], kStart + 59min);
  plan.postpone(visits[1], kStart + 60min);
  EXPECT_THAT(plan.take(kStart + 59min, 2).visits, SizeIs(1));
  auto const taken = plan.take(kStart + 60min, 2);
  EXPECT_THAT(taken.visits, IsEmpty());
  EXPECT_EQ(taken.too_old, 1U);
}

TEST(PushPlan, AServiceRestsAfterFailuresInARowAndLongerEachTime) {
  PushPlan plan(limits());
  std::string const origin = "https://push.test";
  plan.failed(origin, kStart);
  plan.failed(origin, kStart);
  EXPECT_FALSE(plan.rests_until(origin, kStart));
  plan.failed(origin, kStart);
  EXPECT_EQ(plan.rests_until(origin, kStart), kStart + 10s);
  plan.failed(origin, kStart + 1s);  // was under way when the rest began
  EXPECT_EQ(plan.rests_until(origin, kStart + 1s), kStart + 10s);
  EXPECT_FALSE(plan.rests_until(origin, kStart + 10s));
  plan.failed(origin, kStart + 10s);
  EXPECT_EQ(plan.rests_until(origin, kStart + 10s), kStart + 70s);
  EXPECT_FALSE(plan.rests_until("https://other.test", kStart + 10s));
  plan.answered(origin);
  EXPECT_FALSE(plan.rests_until(origin, kStart + 10s));
}

}  // namespace
}  // namespace carillon
