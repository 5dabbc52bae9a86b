#include "base/clock.h"

#include <atomic>

namespace carillon {

Time SystemClock::now() const {
  // A wall clock may be set back; counts and orders must not. Hence the highest value seen so far.
  static std::atomic<std::int64_t> latest{0};
  auto const wall =
      to_ms(std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()));
  auto seen = latest.load(std::memory_order_relaxed);
  while (seen < wall && !latest.compare_exchange_weak(seen, wall, std::memory_order_relaxed)) {
  }
  return from_ms(std::max(seen, wall));
}

}  // namespace carillon
