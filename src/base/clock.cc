#include "base/clock.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>

namespace carillon {

namespace {

std::int64_t wall_ms() {
  return to_ms(std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()));
}

std::int64_t steady_ms() {
  return std::chrono::floor<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// A wall clock may be set back; counts and orders must not. Hence the highest value seen so far.
Time no_earlier(std::atomic<std::int64_t>& latest, std::int64_t now) {
  auto seen = latest.load(std::memory_order_relaxed);
  while (seen < now && !latest.compare_exchange_weak(seen, now, std::memory_order_relaxed)) {
  }
  return from_ms(std::max(seen, now));
}

}  // namespace

Time SystemClock::now() const {
  static std::atomic<std::int64_t> latest{0};
  return no_earlier(latest, wall_ms());
}

Time FollowingClock::now() const {
  auto const ahead = ahead_ms_.load(std::memory_order_relaxed);
  if (ahead == kAlone) return no_earlier(latest_alone_, wall_ms());
  return no_earlier(latest_, steady_ms() + ahead);
}

void FollowingClock::follow(Time other) {
  auto const before = ahead_ms_.load(std::memory_order_relaxed);
  auto const ahead = to_ms(other) - steady_ms();
  if (before == kAlone || std::abs(ahead - before) >= kTolerance.count()) {
    ahead_ms_.store(ahead, std::memory_order_relaxed);
  }
}

}  // namespace carillon
