// Calls that a dialect refused before looking at what they ask; what /metrics shows.
#pragma once

#include <atomic>
#include <cstdint>

namespace carillon {

struct CallCounters {
  std::atomic<std::uint64_t> rate_refusals{0};
  std::atomic<std::uint64_t> auth_refusals{0};
};

}  // namespace carillon
