#include "engine/log_follower.h"

#include <utility>

namespace carillon {
namespace {

constexpr std::chrono::seconds kStuck{2};  // a question that is under way for so long

}  // namespace

LogFollower::LogFollower(std::unique_ptr<LogReader> log, Ports ports,
                         std::chrono::milliseconds interval)
    : log_(std::move(log)), ports_(std::move(ports)), interval_(interval) {}

Result<void> LogFollower::start() {
  CHECK_OK(ask());
  thread_ = std::thread([this] { run(); });
  return {};
}

void LogFollower::stop() {
  std::vector<Done> left;
  {
    std::lock_guard const lock(mutex_);
    stopping_ = true;
    left.swap(waiting_);
  }
  wake_.notify_all();
  for (auto const& done : left) done(fail(Errc::unavailable, "the server is shutting down"));
  if (thread_.joinable()) thread_.join();
}

void LogFollower::catch_up(Done done) {
  {
    std::lock_guard const lock(mutex_);
    if (!stopping_ && !unanswered_ && !is_stuck()) {
      waiting_.push_back(std::move(done));
      if (waiting_.size() == 1) wake_.notify_one();
      return;
    }
  }
  done(fail(Errc::unavailable, "the store does not answer, or the server is shutting down"));
}

bool LogFollower::is_stuck() const {
  return asking_since_ && std::chrono::steady_clock::now() - *asking_since_ > kStuck;
}

void LogFollower::knock() {
  {
    std::lock_guard const lock(mutex_);
    if (std::exchange(knocked_, true)) return;
  }
  wake_.notify_one();
}

Result<void> LogFollower::reachable() const {
  std::lock_guard const lock(mutex_);
  if (is_stuck()) return fail(Errc::unavailable, "the store does not answer");
  return last_;
}

Result<void> LogFollower::ask() {
  auto const calls =
      ports_.rates != nullptr ? ports_.rates->take_counted() : std::vector<CallTally>();
  TRY(auto news, log_->since(ports_.applied(), calls));
  if (ports_.rates != nullptr) ports_.rates->learn(news.calls);
  return ports_.take(std::move(news));
}

void LogFollower::run() {
  std::vector<Done> round;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    wake_.wait_for(lock, interval_, [this] { return stopping_ || knocked_ || !waiting_.empty(); });
    if (stopping_) return;
    knocked_ = false;
    round.swap(waiting_);
    asking_since_ = std::chrono::steady_clock::now();
    lock.unlock();
    auto const answer = ask();
    {
      auto const together = ports_.round ? ports_.round() : nullptr;
      for (auto const& done : round) done(answer);
      round.clear();
    }
    lock.lock();
    last_ = answer;
    unanswered_ = !answer && (unanswered_ || is_stuck());
    asking_since_.reset();
  }
}

}  // namespace carillon
