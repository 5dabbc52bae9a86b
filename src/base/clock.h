// Time comes through a port, so that a test can set it and one seed can drive the whole server.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

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

// This machine's clock, set right by another one's: what several machines that share a store go by.
class FollowingClock final : public Clock {
 public:
  Time now() const override;
  // What the other clock showed just now; differences of less than kTolerance are left.
  void follow(Time other);

  static constexpr std::chrono::milliseconds kTolerance{200};

 private:
  std::atomic<std::int64_t> shift_ms_{0};
  mutable std::atomic<std::int64_t> latest_{0};
};

}  // namespace carillon
