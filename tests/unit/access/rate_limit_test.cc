#include "access/rate_limit.h"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/manual_clock.h"

namespace carillon {
namespace {

using std::chrono::seconds;

// The first instant of a minute, so that windows begin where the test begins.
Time const kMinute = from_ms(1'760'000'040'000 / 60'000 * 60'000);

class RateLimit : public testing::Test {
 protected:
  int admitted(int calls, std::uint16_t api = 1, std::uint32_t app = 1) {
    int out = 0;
    for (int i = 0; i < calls; ++i) {
      if (!rates.admit(TenantNo{1}, AppNo{app}, api, rate, clock.now())) ++out;
    }
    return out;
  }
  RateLimiter rates;
  Rate rate{50, 1000};
  ManualClock clock{kMinute};
};

TEST_F(RateLimit, ManyKeysOfEarlierSecondsTakeNobodysPlace) {
  rate = {5, 0};
  for (std::uint32_t app = 1; app <= 200'000; ++app) {
    if (app % 20'000 == 0) clock.advance(seconds(1));
    ASSERT_EQ(admitted(1, 9, app), 1) << app;
  }
  clock.advance(seconds(1));
  EXPECT_EQ(admitted(6, 9, 300'000), 5) << "there is room for a count of its own";
}

TEST_F(RateLimit, FiftyASecondAndThenARefusalWithOneSecondToWait) {
  EXPECT_EQ(admitted(60), 50);
  auto const refusal = rates.admit(TenantNo{1}, AppNo{1}, 1, rate, clock.now());
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->limit, 50u);
  EXPECT_EQ(refusal->retry_in, seconds(1));
  clock.advance(seconds(1));
  EXPECT_EQ(admitted(60), 50);
}

TEST_F(RateLimit, AThousandAMinuteAndThenTheRestOfTheMinuteToWait) {
  int sum = 0;
  for (int second = 0; second < 30; ++second) {
    sum += admitted(60);
    clock.advance(seconds(1));
  }
  EXPECT_EQ(sum, 1000);
  auto const refusal = rates.admit(TenantNo{1}, AppNo{1}, 1, rate, clock.now());
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->limit, 1000u);
  EXPECT_EQ(refusal->retry_in, seconds(30));
  clock.advance(seconds(30));
  EXPECT_EQ(admitted(60), 50);
}

TEST_F(RateLimit, AppsAndApisHaveRatesOfTheirOwn) {
  EXPECT_EQ(admitted(60, 1, 1), 50);
  EXPECT_EQ(admitted(60, 2, 1), 50);
  EXPECT_EQ(admitted(60, 1, 2), 50);
}

TEST_F(RateLimit, ZeroIsNoLimit) {
  rate = {};
  EXPECT_EQ(admitted(5000), 5000);
}

TEST_F(RateLimit, ThreadsTogetherGetNoMoreThanTheLimit) {
  std::atomic<int> sum{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { sum += admitted(1000); });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(sum, 50);
}

}  // namespace
}  // namespace carillon
