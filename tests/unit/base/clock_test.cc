#include "base/clock.h"

#include <gtest/gtest.h>

namespace carillon {
namespace {

using namespace std::chrono_literals;

TEST(FollowingClock, GoesByTheOtherClock) {
  SystemClock const system;
  FollowingClock clock;
  clock.follow(system.now() + 10min);
  EXPECT_GE(clock.now(), system.now() + 9min);
  EXPECT_LE(clock.now(), system.now() + 11min);
}

// A server's own clock may be fast: what it showed before it heard of the store's does not count.
TEST(FollowingClock, WhatItShowedAloneDoesNotHoldItUp) {
  SystemClock const system;
  FollowingClock clock;
  EXPECT_GE(clock.now(), system.now() - 1min);
  clock.follow(system.now() - 10min);
  EXPECT_LE(clock.now(), system.now() - 9min);
}

TEST(FollowingClock, IsNeverSetBack) {
  SystemClock const system;
  FollowingClock clock;
  clock.follow(system.now() + 10min);
  auto const before = clock.now();
  clock.follow(system.now());
  EXPECT_GE(clock.now(), before);
}

}  // namespace
}  // namespace carillon
