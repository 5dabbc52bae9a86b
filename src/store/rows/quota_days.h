// Days as quota rows name them, and how long they are still loaded.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/clock.h"

namespace carillon::rows {

inline constexpr std::int64_t kQuotaDaysKept = 2;  // tenants differ by at most a day from UTC

constexpr std::int64_t day_number(Time at) {
  return std::chrono::floor<std::chrono::days>(at).time_since_epoch().count();
}

}  // namespace carillon::rows
