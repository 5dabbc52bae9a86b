#include "dispatch/schedule.h"

#include <vector>

#include <gtest/gtest.h>

namespace carillon {
namespace {

BatchRecord waiting(std::uint32_t app, std::uint64_t batch, std::uint64_t queue_no) {
  BatchRecord record;
  record.key = {TenantNo{1}, BatchNo{batch}};
  record.app = AppNo{app};
  record.queue_no = queue_no;
  return record;
}

std::vector<std::uint64_t> turns(Schedule& schedule, int n) {
  std::vector<std::uint64_t> out;
  for (int i = 0; i < n; ++i) {
    auto const key = schedule.next();
    out.push_back(key ? key->batch.value : 0);
  }
  return out;
}

TEST(Schedule, AppsTakeTurnsWhileOneBatchStaysFirstInItsLane) {
  Schedule schedule;
  schedule.update(waiting(1, 10, 1));
  schedule.update(waiting(1, 11, 2));
  schedule.update(waiting(2, 20, 3));
  EXPECT_EQ(turns(schedule, 4), (std::vector<std::uint64_t>{10, 20, 10, 20}));
}

TEST(Schedule, AnAppsBatchesGoInTheOrderInWhichTheyJoined) {
  Schedule schedule;
  auto first = waiting(1, 10, 1);
  schedule.update(waiting(1, 11, 2));
  schedule.update(first);
  EXPECT_EQ(turns(schedule, 1), std::vector<std::uint64_t>{10});
  first.state = BatchState::sent;
  schedule.update(first);
  EXPECT_EQ(turns(schedule, 2), (std::vector<std::uint64_t>{11, 11}));
}

TEST(Schedule, AMessageToOnePersonNeverWaitsBehindABatch) {
  Schedule schedule;
  schedule.update(waiting(1, 10, 1));
  schedule.update(waiting(1, 11, 2));
  auto single = waiting(1, 12, 3);
  single.kind = BatchKind::single;
  schedule.update(single);
  EXPECT_EQ(turns(schedule, 3), (std::vector<std::uint64_t>{10, 12, 10}));
  single.state = BatchState::sent;
  schedule.update(single);
  EXPECT_EQ(turns(schedule, 2), (std::vector<std::uint64_t>{10, 10}));
  std::size_t batches = 0;
  schedule.for_each_lane([&](TenantNo, AppNo, std::size_t n) { batches += n; });
  EXPECT_EQ(batches, 2u);
}

TEST(Schedule, AResumedBatchJoinsAtTheEnd) {
  Schedule schedule;
  auto resumed = waiting(1, 10, 1);
  resumed.state = BatchState::paused;
  schedule.update(resumed);
  EXPECT_TRUE(schedule.empty());
  schedule.update(waiting(1, 11, 2));
  resumed.state = BatchState::accepted;
  resumed.queue_no = 3;
  schedule.update(resumed);
  EXPECT_EQ(turns(schedule, 1), std::vector<std::uint64_t>{11});
}

TEST(Schedule, CountingARecallDoesNotWaitForWhatIsBeingSent) {
  Schedule schedule;
  auto recalled = waiting(1, 10, 1);
  recalled.state = BatchState::recalling;
  schedule.update(waiting(1, 9, 0));
  schedule.update(recalled);
  EXPECT_EQ(turns(schedule, 2), (std::vector<std::uint64_t>{9, 10}));
}

TEST(Schedule, ARemovedBatchLeavesNothingBehind) {
  Schedule schedule;
  schedule.update(waiting(1, 10, 1));
  schedule.remove({TenantNo{1}, BatchNo{10}});
  EXPECT_TRUE(schedule.empty());
  EXPECT_EQ(schedule.next(), std::nullopt);
}

TEST(Schedule, AScheduledBatchIsInNoLaneAndDueAtItsTime) {
  Schedule schedule;
  auto late = waiting(1, 10, 0);
  late.state = BatchState::scheduled;
  late.send_at = Time(std::chrono::milliseconds(2000));
  auto early = waiting(1, 11, 0);
  early.state = BatchState::scheduled;
  early.send_at = Time(std::chrono::milliseconds(1000));
  schedule.update(late);
  schedule.update(early);
  EXPECT_TRUE(schedule.empty());
  EXPECT_EQ(schedule.next_due(), early.send_at);
  EXPECT_EQ(schedule.due(early.send_at - std::chrono::milliseconds(1)), std::nullopt);
  EXPECT_EQ(schedule.due(late.send_at), early.key);

  early.state = BatchState::accepted;
  early.queue_no = 5;
  schedule.update(early);
  EXPECT_EQ(schedule.next(), early.key);
  EXPECT_EQ(schedule.due(late.send_at), late.key);
  late.state = BatchState::canceled;
  schedule.update(late);
  EXPECT_EQ(schedule.next_due(), std::nullopt);
}

}  // namespace
}  // namespace carillon
