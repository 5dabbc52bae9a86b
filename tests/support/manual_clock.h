// A clock that a test sets.
#pragma once

#include <atomic>

#include "base/clock.h"

namespace carillon {

class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time at = from_ms(1'760'000'000'000)) : ms_(to_ms(at)) {}
  Time now() const override { return from_ms(ms_.load()); }
  void advance(std::chrono::milliseconds by) { ms_.fetch_add(by.count()); }

 private:
  std::atomic<std::int64_t> ms_;
};

}  // namespace carillon
