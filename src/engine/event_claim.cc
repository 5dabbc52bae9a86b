#include "engine/event_claim.h"

namespace carillon {
namespace {

// Who tells events says so again and again, and stops before others take it for gone.
constexpr std::chrono::seconds kAgain{2};
constexpr std::chrono::seconds kHolds{5};
constexpr std::chrono::seconds kEnds{7};

}  // namespace

bool EventClaim::tells() const {
  return std::chrono::steady_clock::now() - made_at_.load() < kHolds;
}

bool EventClaim::may_claim(SteadyTime now) const {
  auto const made = made_at_.load();
  if (made != SteadyTime{}) return now - made >= kAgain;
  return !heard_ || now - *heard_ >= kEnds;
}

void EventClaim::committed(EventDuty duty, SteadyTime began) {
  made_at_ = duty == EventDuty::claimed ? began : SteadyTime{};
}

void EventClaim::heard(EventDuty duty, SteadyTime now) {
  made_at_ = SteadyTime{};
  heard_ = duty == EventDuty::claimed ? std::optional(now) : std::nullopt;
}

}  // namespace carillon
