#include "access/rate_limit.h"

#include <atomic>
#include <map>
#include <mutex>
#include <thread>
#include <tuple>
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

// Two servers, and a table that adds up what they tell, as the store does.
class SharedRates : public testing::Test {
 protected:
  using Counts = std::map<std::tuple<TenantNo, AppNo, std::uint16_t>, CallTally>;

  int admitted(RateLimiter& at, int calls, std::uint32_t app = 1) {
    int out = 0;
    for (int i = 0; i < calls; ++i) {
      if (!at.admit(TenantNo{1}, AppNo{app}, 7, rate, clock.now())) ++out;
    }
    return out;
  }
  void exchange(RateLimiter& of) {
    auto told = of.take_counted();
    for (auto& tally : told) {
      auto& all = table[{tally.tenant, tally.app, tally.api}];
      CallTally sum = tally;
      if (all.second == tally.second) sum.in_second += all.in_second;
      if (all.second / 60 == tally.second / 60) sum.in_minute += all.in_minute;
      tally = all = sum;
    }
    of.learn(told);
  }

  RateLimiter a{true};
  RateLimiter b{true};
  Counts table;
  Rate rate{50, 1000};
  ManualClock clock{kMinute};
};

TEST_F(SharedRates, WhatOneAdmitsIsMissingAtTheOther) {
  EXPECT_EQ(admitted(a, 30), 30);
  exchange(a);
  EXPECT_EQ(admitted(b, 1), 1);
  exchange(b);
  EXPECT_EQ(admitted(b, 100), 19);
  exchange(b);
  EXPECT_EQ(admitted(a, 100), 20) << "it has not heard of the other's yet";
  exchange(a);
  EXPECT_EQ(admitted(a, 100), 0);
}

TEST_F(SharedRates, EachCallIsToldOnce) {
  EXPECT_EQ(admitted(a, 10), 10);
  EXPECT_EQ(a.take_counted().at(0).in_second, 10u);
  // The answer was lost, so it is told again.
  EXPECT_EQ(admitted(a, 1), 1);
  exchange(a);
  EXPECT_EQ(table.begin()->second.in_second, 11u);
  exchange(a);
  EXPECT_EQ(admitted(a, 2), 2);
  exchange(a);
  EXPECT_EQ(table.begin()->second.in_second, 13u);
  EXPECT_EQ(table.begin()->second.in_minute, 13u);
  EXPECT_TRUE(a.take_counted().empty());
}

TEST_F(SharedRates, WhatIsLessThanAHundredthOfTheLimitWaits) {
  rate = {1000, 100'000};
  EXPECT_EQ(admitted(a, 9), 9);
  EXPECT_TRUE(a.take_counted().empty());
  EXPECT_EQ(admitted(a, 1), 1);
  exchange(a);
  EXPECT_EQ(table.begin()->second.in_second, 10u);
  EXPECT_EQ(admitted(b, 10), 10);
  exchange(b);
  EXPECT_EQ(admitted(b, 2000), 980);
}

TEST_F(SharedRates, AMinuteGoesOnWhenASecondIsOver) {
  rate = {50, 100};
  for (int second = 0; second < 2; ++second) {
    EXPECT_EQ(admitted(a, 20), 20);
    exchange(a);
    EXPECT_EQ(admitted(b, 1), 1);
    exchange(b);
    EXPECT_EQ(admitted(b, 19), 19);
    exchange(b);
    clock.advance(seconds(1));
  }
  EXPECT_EQ(admitted(a, 1), 1);
  exchange(a);
  EXPECT_EQ(admitted(a, 100), 19) << "81 of 100 were used";
  clock.advance(seconds(60));
  EXPECT_EQ(admitted(a, 100), 50);
}

TEST_F(SharedRates, ANewMinuteBeginsWithNothing) {
  rate = {0, 10};
  EXPECT_EQ(admitted(a, 10), 10);
  exchange(a);
  clock.advance(seconds(60));
  EXPECT_EQ(admitted(b, 1), 1);
  exchange(b);
  EXPECT_EQ(admitted(b, 20), 9);
  exchange(b);
  EXPECT_EQ(admitted(a, 1), 1) << "what it counts now is of the new minute";
  exchange(a);
  EXPECT_EQ(table.begin()->second.in_minute, 11u);
}

TEST_F(SharedRates, AppsAreToldInTheOrderOfTheirNumbers) {
  for (std::uint32_t const app : {3u, 1u, 2u}) admitted(a, 1, app);
  auto const told = a.take_counted();
  ASSERT_EQ(told.size(), 3u);
  EXPECT_EQ(told[0].app, AppNo{1});
  EXPECT_EQ(told[2].app, AppNo{3});
}

TEST_F(SharedRates, TogetherAboutTheLimitWhoeverIsAskedInParallel) {
  rate = {0, 1000};
  std::atomic<int> total{0};
  std::mutex store;
  auto const run = [&](RateLimiter& at) {
    for (int i = 0; i < 3000; ++i) {
      total += admitted(at, 1);
      std::lock_guard const lock(store);
      exchange(at);
    }
  };
  std::thread one([&] { run(a); });
  std::thread other([&] { run(b); });
  one.join();
  other.join();
  EXPECT_GE(total, 1000);
  EXPECT_LE(total, 1020) << "a hundredth each may be untold";
}

}  // namespace
}  // namespace carillon
