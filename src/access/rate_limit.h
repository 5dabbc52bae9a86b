// Call rates: at most so many calls a second and a minute by one app of one API.
//
// Shape   Fixed windows of a whole second and a whole minute per (tenant, app, API), in memory.
// Source  feishu.md section 5.3. A call that is refused uses nothing up.
// Cost    Two atomic operations on a slot of its own; any thread. A slot whose windows are over is
//         taken over by another key; with 65,536 keys at a time some calls are not counted.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "directory/numbers.h"

namespace carillon {

struct Rate {
  std::uint32_t per_second = 0;  // 0: no limit
  std::uint32_t per_minute = 0;
};

struct RateRefusal {
  std::uint32_t limit;            // the one that was hit
  std::chrono::seconds retry_in;  // at least 1
};

class RateLimiter {
 public:
  RateLimiter();
  // Counts the call, or says by which limit it is refused.
  std::optional<RateRefusal> admit(TenantNo tenant, AppNo app, std::uint16_t api, Rate rate,
                                   Time now);

 private:
  struct Slot;
  std::unique_ptr<Slot[]> slots_;

 public:
  ~RateLimiter();
};

}  // namespace carillon
