// Time comes through a port, so that a test can set it and one seed can drive the whole server.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>

namespace carillon {

// An instant in UTC, in whole milliseconds since 1970: what the store keeps and the APIs print.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;

inline std::int64_t to_ms(Time t) { return t.time_since_epoch().count(); }
inline Time from_ms(std::int64_t ms) { return Time{std::chrono::milliseconds{ms}}; }

class Clock {
 public:
  virtual ~Clock() = default;
  // Any thread. Never earlier than an answer given before.
  virtual Time now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Time now() const override;
};

// What several machines that share a store go by: another one's clock, once it has been told of it,
// whatever is done to this machine's own meanwhile. Alone, it is the system's.
class FollowingClock final : public Clock {
 public:
  Time now() const override;
  // What the other clock showed just now; differences of less than kTolerance are left.
  void follow(Time other);

  static constexpr std::chrono::milliseconds kTolerance{200};

 private:
  static constexpr std::int64_t kAlone = std::numeric_limits<std::int64_t>::min();

  std::atomic<std::int64_t> ahead_ms_{kAlone};  // of the steady clock
  mutable std::atomic<std::int64_t> latest_alone_{0};
  mutable std::atomic<std::int64_t> latest_{0};
};

}  // namespace carillon
