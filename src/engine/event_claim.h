// Which of the servers that share a store tells events: the one whose claim is newest in the log.
//
// Shape   may_claim() says when to claim; the claim goes into the log as any change does, and what
//         became of it comes back through committed(), or heard() if it is another server's. A
//         claim holds for a while only, and less long for the one who made it than for the others:
//         never two at once.
// Threads tells() from any, without a lock. The others under one lock of the caller's.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>

#include "ledger/change.h"

namespace carillon {

class EventClaim {
 public:
  using SteadyTime = std::chrono::steady_clock::time_point;

  // `heard`: when another server is known to have claimed.
  explicit EventClaim(std::optional<SteadyTime> heard) : heard_(heard) {}

  bool tells() const;
  // Nobody else's claim holds, and this server's, if any, is to be said again.
  bool may_claim(SteadyTime now) const;
  void committed(EventDuty duty, SteadyTime began);
  void heard(EventDuty duty, SteadyTime now);

 private:
  std::optional<SteadyTime> heard_;                // of another server
  std::atomic<SteadyTime> made_at_{SteadyTime{}};  // by this one; none: it does not
};

}  // namespace carillon
