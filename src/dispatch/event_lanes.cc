#include "dispatch/event_lanes.h"

#include <algorithm>
#include <utility>

namespace carillon {
namespace {

using namespace std::chrono_literals;

// A failing receiver is asked again after 1 s, 2 s, 4 s, 8 s, then every 15 s; no later than the
// pause after which an event is tried for the second time.
std::chrono::seconds rest_after(std::uint32_t failures, EventLimits const& limits) {
  auto const most = limits.retries.empty() ? 15s : std::clamp(limits.retries.front(), 1s, 15s);
  return std::min<std::chrono::seconds>(most, 1s * (1 << std::min(failures - 1, 4U)));
}

}  // namespace

void EventLanes::load(std::vector<StoredEvent> events, std::map<LaneKey, EventTally> tallies) {
  for (auto const& [key, tally] : tallies) lanes_[key].tally = tally;
  for (auto& stored : events) {
    auto& lane = lanes_[lane_of(stored.event)];
    auto const number = stored.event.key.event;
    if (stored.state == EventState::dead) {
      lane.dead.insert(number);
    } else {
      if (stored.attempts == 0) {
        lane.fresh.insert(number);
      } else {
        lane.retrying.emplace(stored.due, number);
      }
      lane.waiting[number] = {std::move(stored.event), stored.attempts, stored.due};
    }
  }
}

void EventLanes::add(Event event, bool heard) {
  auto const key = lane_of(event);
  auto& lane = lanes_[key];
  auto const number = event.key.event;
  lane.fresh.insert(number);
  lane.waiting[number] = {std::move(event), 0, Time{}};
  if (heard || limits_.waiting_max == 0 || lane.waiting.size() <= limits_.waiting_max) return;
  auto oldest = lane.waiting.begin();
  if (lane.under_way == oldest->first) ++oldest;
  bury(key, lane, oldest->first, "too many events waited for this app");
}

EventLanes::Lane* EventLanes::lane_with(EventKey const& event) {
  for (auto at = lanes_.lower_bound({event.tenant, AppNo{}});
       at != lanes_.end() && at->first.tenant == event.tenant; ++at) {
    auto& lane = at->second;
    if (lane.waiting.contains(event.event) || lane.dead.contains(event.event)) return &lane;
  }
  return nullptr;
}

std::vector<EventKey> EventLanes::follow(std::map<EventKey, EventMove> const& moves,
                                         std::map<LaneKey, EventTally> const& tallies) {
  std::vector<EventKey> again;
  for (auto const& [key, move] : moves) {
    auto* const lane = lane_with(key);
    if (lane == nullptr) continue;
    auto const waits = lane->waiting.find(key.event);
    if (!move.gone && move.state == EventState::waiting && waits != lane->waiting.end()) {
      lane->fresh.erase(key.event);
      lane->retrying.erase({waits->second.due, key.event});
      waits->second.attempts = move.attempts;
      waits->second.due = move.due;
      lane->retrying.emplace(move.due, key.event);
      lane->problem = move.problem;
      continue;
    }
    erase(*lane, key.event);
    lane->dead.erase(key.event);
    if (move.gone) continue;
    if (move.state == EventState::dead) {
      lane->dead.insert(key.event);
    } else {
      again.push_back(key);
    }
  }
  for (auto const& [lane, tally] : tallies) lanes_[lane].tally = tally;
  return again;
}

std::optional<EventNo> EventLanes::next_of(Lane const& lane, Time now) const {
  if (lane.under_way || now < lane.rests_until) return std::nullopt;
  // Of the due ones the earliest to have happened.
  std::optional<EventNo> first;
  if (!lane.fresh.empty()) first = *lane.fresh.begin();
  for (auto const& [due, number] : lane.retrying) {
    if (due > now) break;
    if (!first || number < *first) first = number;
  }
  return first;
}

std::optional<EventLanes::Attempt> EventLanes::next(Time now) {
  auto at = lanes_.upper_bound(turn_);
  for (std::size_t n = lanes_.size(); n > 0; --n, ++at) {
    if (at == lanes_.end()) at = lanes_.begin();
    auto& lane = at->second;
    auto const number = next_of(lane, now);
    if (!number) continue;
    turn_ = at->first;
    lane.under_way = number;
    lane.woken = false;
    auto const& waiting = lane.waiting.at(*number);
    return Attempt{waiting.event, waiting.attempts};
  }
  return std::nullopt;
}

EventLanes::Waiting* EventLanes::find_under_way(Event const& event, Lane*& lane) {
  auto const at = lanes_.find(lane_of(event));
  if (at == lanes_.end()) return nullptr;
  lane = &at->second;
  if (lane->under_way == event.key.event) lane->under_way.reset();
  auto const waiting = lane->waiting.find(event.key.event);
  return waiting == lane->waiting.end() ? nullptr : &waiting->second;
}

void EventLanes::erase(Lane& lane, EventNo event) {
  auto const at = lane.waiting.find(event);
  if (at == lane.waiting.end()) return;
  lane.fresh.erase(event);
  lane.retrying.erase({at->second.due, event});
  lane.waiting.erase(at);
}

void EventLanes::told(Event const& event) {
  Lane* lane = nullptr;
  auto const* waiting = find_under_way(event, lane);
  if (lane == nullptr) return;
  lane->failures = 0;
  lane->rests_until = {};
  lane->problem.clear();
  ++lane->tally.told;
  note(lane_of(event), *lane);
  // Who was given up while under way has been told after all.
  if (waiting == nullptr && lane->dead.erase(event.key.event) == 0) return;
  erase(*lane, event.key.event);
  moves_[event.key] = event_gone();
}

void EventLanes::dropped(Event const& event) {
  Lane* lane = nullptr;
  if (find_under_way(event, lane) == nullptr) return;
  erase(*lane, event.key.event);
  moves_[event.key] = event_gone();
  ++lane->tally.dropped;
  note(lane_of(event), *lane);
}

void EventLanes::postponed(Event const& event, Time until) {
  Lane* lane = nullptr;
  find_under_way(event, lane);
  if (lane != nullptr) rest(*lane, until);
}

void EventLanes::refused(Event const& event, Time now, std::string problem) {
  Lane* lane = nullptr;
  auto* waiting = find_under_way(event, lane);
  if (lane == nullptr) return;
  auto const key = lane_of(event);
  lane->problem = problem;
  rest(*lane, now + rest_after(++lane->failures, limits_));
  ++lane->tally.refused;
  note(key, *lane);
  if (waiting == nullptr) return;
  auto const attempts = waiting->attempts + 1;
  if (attempts > limits_.retries.size()) {
    waiting->attempts = attempts;
    bury(key, *lane, event.key.event, std::move(problem));
    return;
  }
  lane->fresh.erase(event.key.event);
  lane->retrying.erase({waiting->due, event.key.event});
  waiting->attempts = attempts;
  waiting->due = now + limits_.retries[attempts - 1];
  lane->retrying.emplace(waiting->due, event.key.event);
  moves_[event.key] = {false, EventState::waiting, attempts, waiting->due, std::move(problem)};
}

void EventLanes::bury(LaneKey const& key, Lane& lane, EventNo event, std::string problem) {
  auto const attempts = lane.waiting.at(event).attempts;
  erase(lane, event);
  lane.dead.insert(event);
  ++lane.tally.dead;
  moves_[{key.tenant, event}] = {false, EventState::dead, attempts, Time{}, std::move(problem)};
  if (limits_.dead_max != 0 && lane.dead.size() > limits_.dead_max) {
    auto const oldest = *lane.dead.begin();
    lane.dead.erase(lane.dead.begin());
    ++lane.tally.dropped;
    moves_[{key.tenant, oldest}] = event_gone();
  }
  note(key, lane);
}

std::optional<Time> EventLanes::next_due(Time now) const {
  std::optional<Time> first;
  for (auto const& [key, lane] : lanes_) {
    if (lane.under_way || lane.waiting.empty()) continue;
    auto due = lane.fresh.empty() ? lane.retrying.begin()->first : now;
    due = std::max(due, lane.rests_until);
    if (!first || due < *first) first = due;
  }
  return first;
}

void EventLanes::wake(AppNo app) {
  for (auto& [key, lane] : lanes_) {
    if (key.app != app) continue;
    lane.rests_until = {};
    lane.woken = true;
  }
}

void EventLanes::rest(Lane& lane, Time until) {
  if (!lane.woken) lane.rests_until = until;
}

void EventLanes::clear(AppNo app) {
  for (auto& [key, lane] : lanes_) {
    if (key.app != app) continue;
    for (auto const& [number, waiting] : lane.waiting) {
      moves_[{key.tenant, number}] = event_gone();
    }
    if (lane.waiting.empty()) continue;
    lane.tally.dropped += lane.waiting.size();
    note(key, lane);
    lane.waiting.clear();
    lane.fresh.clear();
    lane.retrying.clear();
  }
}

std::vector<EventKey> EventLanes::dead(LaneKey const& lane, EventNo before,
                                       std::size_t limit) const {
  std::vector<EventKey> out;
  auto const found = lanes_.find(lane);
  if (found == lanes_.end()) return out;
  auto const& letters = found->second.dead;
  auto at = before.value == 0 ? letters.end() : letters.lower_bound(before);
  while (at != letters.begin() && out.size() < limit) out.push_back({lane.tenant, *--at});
  return out;
}

bool EventLanes::is_dead(LaneKey const& lane, EventNo event) const {
  auto const found = lanes_.find(lane);
  return found != lanes_.end() && found->second.dead.contains(event);
}

void EventLanes::replay(StoredEvent letter) {
  auto const key = lane_of(letter.event);
  auto& lane = lanes_[key];
  auto const number = letter.event.key.event;
  if (lane.dead.erase(number) == 0) return;
  moves_[letter.event.key] = EventMove{};
  lane.fresh.insert(number);
  lane.waiting[number] = {std::move(letter.event), 0, Time{}};
  lane.rests_until = {};
  note(key, lane);
}

bool EventLanes::drop_dead(LaneKey const& lane, EventNo event) {
  auto const found = lanes_.find(lane);
  if (found == lanes_.end() || found->second.dead.erase(event) == 0) return false;
  moves_[{lane.tenant, event}] = event_gone();
  return true;
}

LaneStatus EventLanes::status(LaneKey const& lane) const {
  auto const found = lanes_.find(lane);
  if (found == lanes_.end()) return {};
  auto const& at = found->second;
  return {at.waiting.size(), at.retrying.size(), at.dead.size(), at.tally, at.problem};
}

LaneStatus EventLanes::total() const {
  LaneStatus out;
  for (auto const& [key, lane] : lanes_) {
    out.waiting += lane.waiting.size();
    out.retrying += lane.retrying.size();
    out.dead += lane.dead.size();
    out.tally.told += lane.tally.told;
    out.tally.refused += lane.tally.refused;
    out.tally.dead += lane.tally.dead;
    out.tally.dropped += lane.tally.dropped;
  }
  return out;
}

Change EventLanes::take_changes() {
  Change out;
  out.event_moves = std::exchange(moves_, {});
  out.event_tallies = std::exchange(tallies_, {});
  return out;
}

void EventLanes::give_back(Change changes) {
  moves_.merge(changes.event_moves);
  tallies_.merge(changes.event_tallies);
}

}  // namespace carillon
