#include "dispatch/push_plan.h"

#include <algorithm>
#include <utility>

namespace carillon {
namespace {

// One refusal may be about one browser only: a service rests when it fails in a row.
constexpr std::uint32_t kFailuresBeforeRest = 3;
constexpr std::size_t kOriginsMax = 1024;

}  // namespace

std::uint64_t PushPlan::left(Slice const& slice) const {
  return slice.users.size() - slice.users.count_below(slice.next);
}

void PushPlan::drop_first() {
  people_ -= left(slices_.front());
  slices_.pop_front();
}

std::chrono::seconds PushPlan::pause(std::uint32_t attempts) const {
  if (limits_.retries.empty()) return std::chrono::seconds(1);
  return limits_.retries[std::min<std::size_t>(attempts, limits_.retries.size() - 1)];
}

std::uint64_t PushPlan::add(BatchKey const& batch, UserSet users, Time since) {
  std::uint64_t dropped = 0;
  if (slices_.size() >= limits_.slices_max && !slices_.empty()) {
    dropped = left(slices_.front());
    drop_first();
  }
  people_ += users.size();
  slices_.push_back({batch, std::move(users), since, 0});
  return dropped;
}

PushPlan::Taken PushPlan::take(Time now, std::size_t limit) {
  Taken out;
  while (out.visits.size() < limit && !retrying_.empty() && retrying_.begin()->first <= now) {
    auto visit = std::move(retrying_.begin()->second);
    retrying_.erase(retrying_.begin());
    if (visit.since + limits_.ttl <= now) {
      ++out.too_old;  // its service rested for too long
    } else {
      out.visits.push_back(std::move(visit));
    }
  }
  while (!slices_.empty() && slices_.front().since + limits_.ttl <= now) {
    out.too_old += left(slices_.front());
    drop_first();
  }
  while (out.visits.size() < limit && !slices_.empty() && retrying_.size() < limits_.retrying_max) {
    auto& slice = slices_.front();
    auto const users = slice.users.list(slice.next, limit - out.visits.size());
    for (auto const user : users) {
      out.visits.push_back({slice.batch, user, slice.since, {}, 0});
      slice.next = std::uint64_t{user.value} + 1;
    }
    people_ -= users.size();
    if (left(slice) == 0) slices_.pop_front();
  }
  return out;
}

std::optional<Time> PushPlan::next_due(Time now) const {
  if (!slices_.empty() && retrying_.size() < limits_.retrying_max) return now;
  if (retrying_.empty()) return std::nullopt;
  return std::max(now, retrying_.begin()->first);
}

void PushPlan::postpone(PushVisit visit, Time until) { retrying_.emplace(until, std::move(visit)); }

bool PushPlan::retry(PushVisit visit, Time now, std::chrono::seconds wait) {
  if (visit.attempts >= limits_.retries.size()) return false;
  auto const due = now + std::max(wait, pause(visit.attempts));
  if (due >= visit.since + limits_.ttl) return false;
  ++visit.attempts;
  postpone(std::move(visit), due);
  return true;
}

std::optional<Time> PushPlan::rests_until(std::string const& origin, Time now) const {
  auto const at = origins_.find(origin);
  if (at == origins_.end() || at->second.rests_until <= now) return std::nullopt;
  return at->second.rests_until;
}

void PushPlan::answered(std::string const& origin) { origins_.erase(origin); }

void PushPlan::failed(std::string const& origin, Time now) {
  if (origins_.size() >= kOriginsMax && !origins_.contains(origin)) {
    std::erase_if(origins_, [&](auto const& entry) { return entry.second.rests_until <= now; });
    if (origins_.size() >= kOriginsMax) origins_.erase(origins_.begin());
  }
  auto& known = origins_[origin];
  if (known.rests_until > now) return;  // of calls that were under way when the rest began
  ++known.failures;
  if (known.failures < kFailuresBeforeRest) return;
  known.rests_until = now + pause(known.failures - kFailuresBeforeRest);
}

}  // namespace carillon
