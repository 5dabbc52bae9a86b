// Tells events: takes what is due from the lanes, hands it to a connection or calls a URL, and has
// the store remember how it went.
//
// Shape   A few threads that block in one call each; one more is started whenever all are busy, so
//         that a slow receiver delays its own lane only. What became of events is written in
//         groups, one write at a time: until it is on disk a crash tells them again.
// Source  docs/decisions/0011-outbox.md.
// Limits  `threads_max` calls at once. With all of them held by slow receivers, others wait for at
//         most the time that one call may take.
// Threads Any; happened() is called by the writer and only takes a lock.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "channel/webhook/webhooks.h"
#include "dispatch/event_format.h"
#include "dispatch/event_lanes.h"

namespace carillon::webhook {

struct PumpOptions {
  EventLimits limits;
  Rules rules;
  std::size_t threads_max = 64;
  std::chrono::seconds regular{3600};  // between two rounds of what is told regularly
  // Whether it is for this server to tell events; null: it always is.
  std::function<bool()> tells;
};

// Gives, on any thread, those of the events that the store has.
using FindEvents = std::function<void(std::vector<EventKey> keys,
                                      std::function<void(std::vector<StoredEvent>)> found)>;

// Writes a change of events; says whether it is on disk. Called on any thread, answers on any.
using WriteEvents = std::function<void(Change change, std::function<void(bool written)> done)>;

class EventPump final : public EventSink {
 public:
  EventPump(Clock const& clock, EventFormat& format, EventConnections& connections,
            WriteEvents write, FindEvents find, PumpOptions options);
  ~EventPump() override;  // stops

  void load(std::vector<StoredEvent> events, std::map<LaneKey, EventTally> tallies);
  void start();
  // Calls under way end first; nothing new is begun.
  void stop();

  void happened(std::span<Event const> events) override;
  void followed(Change const& change) override;
  // There is somebody to tell: tries at once, and tells what is told regularly.
  void wake(AppNo app);
  // What is told regularly, now.
  void tell_regular(AppNo app);
  void clear(AppNo app);
  // Runs the job on a thread that may wait; false if too many wait already.
  bool run(std::function<void()> job);
  Webhooks& webhooks() { return webhooks_; }

  LaneStatus status(LaneKey const& lane) const;
  LaneStatus total() const;
  std::vector<EventKey> dead(LaneKey const& lane, EventNo before, std::size_t limit) const;
  bool is_dead(LaneKey const& lane, EventNo event) const;
  void replay(std::vector<StoredEvent> letters);
  bool drop_dead(LaneKey const& lane, EventNo event);

 private:
  using Job = std::function<void()>;
  enum class Outcome : std::uint8_t { told, refused, unwanted, nobody };
  struct Report {
    Outcome outcome = Outcome::told;
    std::string problem;
  };
  // What is told regularly to one app.
  struct Regular {
    Time due{};
    std::size_t failures = 0;
    bool under_way = false;
  };

  void run_thread();
  std::optional<Job> next_job(Time now);
  std::optional<Time> next_due(Time now) const;
  void add_thread();
  void attempt(EventLanes::Attempt const& attempt);
  void attempt_regular(AppNo app);
  template <class Render>
  Report try_to_tell(AppNo app, Render const& render);
  Report tell(AppNo app, Result<std::optional<OutgoingEvent>> const& event);
  bool tells() const { return !options_.tells || options_.tells(); }
  void find_regular(Time now);
  void save(std::unique_lock<std::mutex>& lock);

  Clock const& clock_;
  EventFormat& format_;
  EventConnections& connections_;
  WriteEvents const write_;
  FindEvents const find_;
  PumpOptions const options_;
  Webhooks webhooks_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  EventLanes lanes_;  // guarded by mutex_, as all below
  std::map<AppNo, Regular> regular_;
  Time regular_checked_{};
  std::deque<Job> jobs_;
  std::vector<std::thread> threads_;
  std::size_t idle_ = 0;
  bool saving_ = false;
  bool stopping_ = false;
};

}  // namespace carillon::webhook
