#include "channel/webhook/event_pump.h"

#include <algorithm>
#include <exception>
#include <pthread.h>
#include <system_error>
#include <utility>

namespace carillon::webhook {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kJobsMax = 1024;
constexpr auto kLookAgain = 1s;      // at the longest: the clock may have been set
constexpr auto kNobodyRest = 60s;    // then asks again whether somebody has connected
constexpr auto kRegularCheck = 10s;  // for apps that are new, or listen now
constexpr int kTaken = 200;
constexpr auto kNotDue = Time::max();

}  // namespace

EventPump::EventPump(Clock const& clock, EventFormat& format, EventConnections& connections,
                     WriteEvents write, FindEvents find, PumpOptions options)
    : clock_(clock),
      format_(format),
      connections_(connections),
      write_(std::move(write)),
      find_(std::move(find)),
      options_(std::move(options)),
      webhooks_(options_.rules),
      lanes_(options_.limits) {}

EventPump::~EventPump() { stop(); }

void EventPump::load(std::vector<StoredEvent> events, std::map<LaneKey, EventTally> tallies) {
  std::lock_guard const lock(mutex_);
  lanes_.load(std::move(events), std::move(tallies));
}

void EventPump::start() {
  std::lock_guard const lock(mutex_);
  add_thread();
}

void EventPump::stop() {
  std::vector<std::thread> threads;
  {
    std::lock_guard const lock(mutex_);
    stopping_ = true;
    threads.swap(threads_);
  }
  wake_.notify_all();
  for (auto& thread : threads) thread.join();
}

void EventPump::happened(std::span<Event const> events) {
  {
    std::lock_guard const lock(mutex_);
    bool const heard = !tells();
    for (auto const& event : events) lanes_.add(event, heard);
  }
  wake_.notify_one();
}

void EventPump::followed(Change const& change) {
  std::vector<EventKey> again;
  {
    std::lock_guard const lock(mutex_);
    again = lanes_.follow(change.event_moves, change.event_tallies);
  }
  if (again.empty()) return;
  find_(std::move(again), [this](std::vector<StoredEvent> found) {
    {
      std::lock_guard const lock(mutex_);
      for (auto& stored : found) lanes_.add(std::move(stored.event), true);
    }
    wake_.notify_one();
  });
}

void EventPump::wake(AppNo app) {
  {
    std::lock_guard const lock(mutex_);
    lanes_.wake(app);
    if (auto const at = regular_.find(app); at != regular_.end()) at->second.due = {};
    regular_checked_ = {};
  }
  wake_.notify_one();
}

void EventPump::tell_regular(AppNo app) {
  {
    std::lock_guard const lock(mutex_);
    regular_[app].due = {};
  }
  wake_.notify_one();
}

void EventPump::clear(AppNo app) {
  std::unique_lock lock(mutex_);
  lanes_.clear(app);
  save(lock);
}

bool EventPump::run(std::function<void()> job) {
  {
    std::lock_guard const lock(mutex_);
    if (stopping_ || jobs_.size() >= kJobsMax) return false;
    jobs_.push_back(std::move(job));
  }
  wake_.notify_one();
  return true;
}

void EventPump::add_thread() {
  try {
    threads_.emplace_back([this] {
      pthread_setname_np(pthread_self(), "events");
      run_thread();
    });
  } catch (std::system_error const&) {
    // The machine has no more threads: those that there are go on.
  }
}

void EventPump::run_thread() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    auto const now = clock_.now();
    if (auto const job = next_job(now)) {
      // Whoever is left idle takes what comes next.
      bool const all_busy = idle_ == 0;
      if (all_busy && threads_.size() < options_.threads_max) add_thread();
      if (idle_ > 0) wake_.notify_one();  // there may be more than this one
      lock.unlock();
      (*job)();
      lock.lock();
      save(lock);
      continue;
    }
    save(lock);
    std::chrono::milliseconds time = kLookAgain;
    if (auto const due = next_due(now)) time = std::clamp(*due - now, 1ms, time);
    ++idle_;
    wake_.wait_for(lock, time);
    --idle_;
  }
}

std::optional<EventPump::Job> EventPump::next_job(Time now) {
  if (!jobs_.empty()) {
    auto job = std::move(jobs_.front());
    jobs_.pop_front();
    return job;
  }
  if (!tells()) return std::nullopt;
  find_regular(now);
  for (auto& [app, regular] : regular_) {
    if (regular.under_way || regular.due > now) continue;
    regular.under_way = true;
    regular.due = kNotDue;
    return Job([this, due = app] { attempt_regular(due); });
  }
  if (auto next = lanes_.next(now)) {
    return Job([this, attempt = *std::move(next)] { this->attempt(attempt); });
  }
  return std::nullopt;
}

std::optional<Time> EventPump::next_due(Time now) const {
  if (!tells()) return std::nullopt;
  auto first = lanes_.next_due(now);
  for (auto const& [app, regular] : regular_) {
    if (!regular.under_way && (!first || regular.due < *first)) first = regular.due;
  }
  return first;
}

void EventPump::find_regular(Time now) {
  if (now - regular_checked_ < kRegularCheck && now >= regular_checked_) return;
  regular_checked_ = now;
  auto const apps = format_.regular_apps();
  for (auto const app : apps) regular_.try_emplace(app);
  std::erase_if(regular_, [&](auto const& entry) {
    return !entry.second.under_way &&
           std::find(apps.begin(), apps.end(), entry.first) == apps.end();
  });
}

EventPump::Report EventPump::tell(AppNo app, Result<std::optional<OutgoingEvent>> const& event) {
  if (!event) return {Outcome::refused, event.error().detail};
  if (!*event) return {Outcome::unwanted, {}};
  auto const& outgoing = **event;
  if (connections_.connected(app)) {
    auto const done = connections_.tell(app, outgoing, options_.rules.timeout);
    if (done) return {};
    return {Outcome::refused, done.error().detail};
  }
  if (outgoing.call.url.empty()) return {Outcome::nobody, {}};
  auto const answer = webhooks_.post(outgoing.call);
  if (!answer) return {Outcome::refused, answer.error().detail};
  if (answer->status == kTaken) return {};
  return {Outcome::refused, "the receiver answered " + std::to_string(answer->status)};
}

// Whatever goes wrong is an attempt that failed: the lane must not stay under way.
template <class Render>
EventPump::Report EventPump::try_to_tell(AppNo app, Render const& render) {
  try {
    return tell(app, render());
  } catch (std::exception const& problem) {
    return {Outcome::refused, problem.what()};
  }
}

void EventPump::attempt(EventLanes::Attempt const& attempt) {
  auto const& event = attempt.event;
  auto report = try_to_tell(event.app, [&] { return format_.render(event); });
  std::lock_guard const lock(mutex_);
  auto const now = clock_.now();
  switch (report.outcome) {
    case Outcome::told:
      lanes_.told(event);
      break;
    case Outcome::refused:
      lanes_.refused(event, now, std::move(report.problem));
      break;
    case Outcome::unwanted:
      lanes_.dropped(event);
      break;
    case Outcome::nobody:
      lanes_.postponed(event, now + kNobodyRest);
      break;
  }
}

void EventPump::attempt_regular(AppNo app) {
  auto const report = try_to_tell(app, [&] { return format_.render_regular(app); });
  std::lock_guard const lock(mutex_);
  auto const at = regular_.find(app);
  if (at == regular_.end()) return;
  auto& regular = at->second;
  regular.under_way = false;
  auto const& retries = options_.limits.retries;
  bool const again = report.outcome == Outcome::refused && regular.failures < retries.size();
  auto const wait =
      again ? std::min(retries[regular.failures++], options_.regular) : options_.regular;
  if (!again) regular.failures = 0;
  // If it was asked for meanwhile it is told again: who asks may not have got this one.
  if (regular.due == kNotDue) regular.due = clock_.now() + wait;
}

void EventPump::save(std::unique_lock<std::mutex>& lock) {
  if (saving_ || !lanes_.has_changes()) return;
  saving_ = true;
  auto changes = std::make_shared<Change>(lanes_.take_changes());
  lock.unlock();
  write_(*changes, [this, changes](bool written) {
    std::unique_lock again(mutex_);
    saving_ = false;
    if (written) {
      save(again);
    } else {
      lanes_.give_back(std::move(*changes));  // the next one to finish tries again
    }
  });
  lock.lock();
}

LaneStatus EventPump::status(LaneKey const& lane) const {
  std::lock_guard const lock(mutex_);
  return lanes_.status(lane);
}

LaneStatus EventPump::total() const {
  std::lock_guard const lock(mutex_);
  return lanes_.total();
}

std::vector<EventKey> EventPump::dead(LaneKey const& lane, EventNo before,
                                      std::size_t limit) const {
  std::lock_guard const lock(mutex_);
  return lanes_.dead(lane, before, limit);
}

bool EventPump::is_dead(LaneKey const& lane, EventNo event) const {
  std::lock_guard const lock(mutex_);
  return lanes_.is_dead(lane, event);
}

void EventPump::replay(std::vector<StoredEvent> letters) {
  {
    std::unique_lock lock(mutex_);
    for (auto& letter : letters) lanes_.replay(std::move(letter));
    save(lock);
  }
  wake_.notify_one();
}

bool EventPump::drop_dead(LaneKey const& lane, EventNo event) {
  std::unique_lock lock(mutex_);
  bool const dropped = lanes_.drop_dead(lane, event);
  save(lock);
  return dropped;
}

}  // namespace carillon::webhook
