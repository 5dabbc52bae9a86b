// Which event to tell next, when to try again, and what to give up: pure.
//
// Shape   A lane per (tenant, app), told in the order in which things happened, one at a time. An
//         event that was refused waits for its next attempt while those behind it go on; a lane
//         whose receiver failed rests a while, so that a dead receiver costs little. Lanes take
//         turns. Dead letters are kept by number only; their rows are in the store.
//         Every call that changes what the store should hold notes it; take_changes() gives that.
// Source  docs/decisions/0011-outbox.md; the retry times are the vendor's (docs/wire/feishu).
// Limits  EventLimits, per lane: above them the oldest waiting event becomes a dead letter, the
//         oldest dead letter is dropped. Both are counted.
// Cost    O(log n) a call; about 150 bytes a waiting event, 50 a dead one.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "ledger/change.h"
#include "ledger/event.h"

namespace carillon {

// Told of events that are on disk. The writer thread: do not wait.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void happened(std::span<Event const> events) = 0;
  // What another server made of events.
  virtual void followed(Change const& change) = 0;
};

struct EventLimits {
  std::size_t waiting_max = 100'000;
  std::size_t dead_max = 10'000;
  std::vector<std::chrono::seconds> retries{
      std::chrono::seconds(15), std::chrono::minutes(5), std::chrono::hours(1),
      std::chrono::hours(6)};  // after the first attempt, the second ...
};

struct LaneStatus {
  std::size_t waiting = 0;
  std::size_t retrying = 0;  // of waiting: refused at least once
  std::size_t dead = 0;
  EventTally tally;
  std::string problem;  // of the last refusal, until something was told again
};

class EventLanes {
 public:
  explicit EventLanes(EventLimits limits) : limits_(std::move(limits)) {}

  void load(std::vector<StoredEvent> events, std::map<LaneKey, EventTally> tallies);
  // `heard`: another server tells it, and sees to the limits.
  void add(Event event, bool heard = false);
  // What another server made of events; gives those that wait once more, of which the store alone
  // knows what they were.
  std::vector<EventKey> follow(std::map<EventKey, EventMove> const& moves,
                               std::map<LaneKey, EventTally> const& tallies);

  struct Attempt {
    Event event;
    std::uint32_t attempts = 0;  // before this one
  };
  // The next one due; it is under way until one of the four calls after it.
  std::optional<Attempt> next(Time now);
  void told(Event const& event);
  void refused(Event const& event, Time now, std::string problem);
  void postponed(Event const& event, Time until);  // nobody is there to be told; no attempt
  void dropped(Event const& event);                // nobody wants it

  // When next() may have something; none: not before add() or wake().
  std::optional<Time> next_due(Time now) const;
  // Somebody is there again to be told.
  void wake(AppNo app);
  // Forgets what waits for an app that has nobody to tell any more; by `gone`.
  void clear(AppNo app);

  // Dead letters, newest first, with numbers below `before` (0: from the newest).
  std::vector<EventKey> dead(LaneKey const& lane, EventNo before, std::size_t limit) const;
  bool is_dead(LaneKey const& lane, EventNo event) const;
  void replay(StoredEvent letter);  // due at once, with all attempts before it
  bool drop_dead(LaneKey const& lane, EventNo event);

  LaneStatus status(LaneKey const& lane) const;
  LaneStatus total() const;

  // What changed since the last call, for the store.
  bool has_changes() const { return !moves_.empty() || !tallies_.empty(); }
  Change take_changes();
  // The store did not take them: what has not changed again since is to be written again.
  void give_back(Change changes);

 private:
  struct Waiting {
    Event event;
    std::uint32_t attempts = 0;
    Time due{};
  };
  struct Lane {
    std::map<EventNo, Waiting> waiting;
    std::set<std::pair<Time, EventNo>> retrying;  // those refused, by when they are due
    std::set<EventNo> fresh;                      // those never tried
    std::set<EventNo> dead;
    std::optional<EventNo> under_way;
    Time rests_until{};
    bool woken = false;  // since the attempt under way began, which may have missed who came
    std::uint32_t failures = 0;  // in a row
    EventTally tally;
    std::string problem;
  };

  std::optional<EventNo> next_of(Lane const& lane, Time now) const;
  Waiting* find_under_way(Event const& event, Lane*& lane);
  void erase(Lane& lane, EventNo event);
  Lane* lane_with(EventKey const& event);
  void bury(LaneKey const& key, Lane& lane, EventNo event, std::string problem);
  void note(LaneKey const& key, Lane const& lane) { tallies_[key] = lane.tally; }
  static void rest(Lane& lane, Time until);
  static LaneKey lane_of(Event const& event) { return {event.key.tenant, event.app}; }

  EventLimits limits_;
  std::map<LaneKey, Lane> lanes_;
  LaneKey turn_;  // the lane that had the last turn
  std::map<EventKey, EventMove> moves_;
  std::map<LaneKey, EventTally> tallies_;
};

}  // namespace carillon
