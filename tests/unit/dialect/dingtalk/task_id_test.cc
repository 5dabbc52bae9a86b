// Task ids: exact in every client's numbers, and back again.

#include "dialect/dingtalk/task_id.h"

#include <set>

#include <gtest/gtest.h>

#include "dialect/dingtalk/get_send_progress.h"

namespace carillon::dingtalk {
namespace {

TEST(DingtalkTaskId, ComesBackAsTheSameTask) {
  TaskIds const ids(Key{9});
  for (std::uint64_t const batch :
       {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{65536}, (std::uint64_t{1} << 40) - 1}) {
    for (std::uint8_t const generation : {0, 1, 255}) {
      TaskIds::Task const task{BatchNo{batch}, generation};
      auto const number = ids.number(task);
      EXPECT_GE(number, 0);
      EXPECT_LT(number, std::int64_t{1} << 53);
      EXPECT_EQ(ids.find(number), task);
    }
  }
}

TEST(DingtalkTaskId, NumbersOfOneInstallationNeverCollide) {
  TaskIds const ids(Key{3});
  std::set<std::int64_t> seen;
  for (std::uint64_t batch = 1; batch <= 20000; ++batch) {
    EXPECT_TRUE(seen.insert(ids.number({BatchNo{batch}, 0})).second);
    EXPECT_TRUE(seen.insert(ids.number({BatchNo{batch}, 1})).second);
  }
}

TEST(DingtalkTaskId, AnotherKeyGivesOtherNumbers) {
  EXPECT_NE(TaskIds(Key{1}).number({BatchNo{7}, 0}), TaskIds(Key{2}).number({BatchNo{7}, 0}));
}

TEST(DingtalkTaskId, NumbersThatNobodyMadeAreNone) {
  TaskIds const ids(Key{9});
  for (std::int64_t const number :
       {std::int64_t{-1}, std::int64_t{1} << 52, INT64_MAX, INT64_MIN}) {
    EXPECT_FALSE(ids.find(number)) << number;
  }
  int found = 0;
  for (std::int64_t number = 0; number < 16000; ++number) found += ids.find(number) ? 1 : 0;
  EXPECT_LT(found, 2000) << "one in sixteen passes the check by chance";
}

BatchRecord record_of(BatchState state, std::uint32_t valid, std::uint32_t delivered,
                      std::uint32_t excluded = 0, std::uint32_t failed = 0) {
  BatchRecord out;
  out.state = state;
  out.valid = valid;
  out.delivered = delivered;
  out.excluded = excluded;
  out.failed = failed;
  return out;
}

TEST(DingtalkProgress, IsAHundredExactlyWhenFinished) {
  using Status = TaskStatus;
  auto const expect = [](BatchRecord const& record, std::uint32_t percent, Status status) {
    EXPECT_EQ(progress_of(record), (TaskProgress{percent, status}));
  };
  expect(record_of(BatchState::accepted, 10, 0), 0, Status::not_started);
  expect(record_of(BatchState::accepted, 0, 0), 0, Status::not_started);
  expect(record_of(BatchState::sending, 3, 2), 66, Status::running);
  expect(record_of(BatchState::sending, 1000, 999), 99, Status::running);
  expect(record_of(BatchState::sending, 3, 3), 99, Status::running);
  expect(record_of(BatchState::sending, 10, 2, 5, 1), 60, Status::running);
  expect(record_of(BatchState::sent, 10, 8, 2), 100, Status::finished);
  expect(record_of(BatchState::sent, 0, 0), 100, Status::finished);
  expect(record_of(BatchState::recalling, 10, 2, 8), 100, Status::finished);
  expect(record_of(BatchState::recalled, 10, 2, 8), 100, Status::finished);
  expect(record_of(BatchState::paused, 10, 0), 0, Status::not_started);
  auto paused = record_of(BatchState::paused, 10, 5);
  paused.position = 65536;
  expect(paused, 50, Status::running);
}

}  // namespace
}  // namespace carillon::dingtalk
