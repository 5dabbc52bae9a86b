#include "base/clock.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>

namespace carillon {

namespace {

std::int64_t wall_ms() {
  return to_ms(std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()));
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
  return no_earlier(latest_, wall_ms() + shift_ms_.load(std::memory_order_relaxed));
}

void FollowingClock::follow(Time other) {
  auto const shift = to_ms(other) - wall_ms();
  auto const off = shift - shift_ms_.load(std::memory_order_relaxed);
  if (std::abs(off) >= kTolerance.count()) shift_ms_.store(shift, std::memory_order_relaxed);
}

}  // namespace carillon
