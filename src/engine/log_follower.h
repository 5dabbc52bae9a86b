// Keeps memory as new as a store that other servers write to.
//
// Shape   One thread: asks the log for what is new whenever somebody waits for it, is knocked, or a
//         while has passed. All who wait when a question goes out share its answer, so that many
//         callers cost one round trip.
// Source  docs/decisions/0027-nodes.md: an answer is at least as new as the call.
// Errors  unavailable: the store is out of reach; whoever comes while it does not answer is told at
//         once.
// Threads Any; what is called back runs on the follower's thread and must not wait.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "ledger/change_log.h"

namespace carillon {

class LogFollower {
 public:
  struct Ports {
    std::function<LogPosition()> applied;              // what memory holds
    std::function<Result<void>(LogNews&& news)> take;  // applies them
    RateLimiter* rates = nullptr;                      // whose counts go with the questions
    std::function<std::shared_ptr<void>()> round;      // Engine::Options::answer_round
  };
  LogFollower(std::unique_ptr<LogReader> log, Ports ports, std::chrono::milliseconds interval);
  ~LogFollower() { stop(); }
  LogFollower(LogFollower const&) = delete;

  // Asks once, then goes on by itself.
  Result<void> start();
  void stop();  // whoever still waits is told `unavailable`

  using Done = std::function<void(Result<void>)>;
  // `done` once memory holds whatever was committed before this call.
  void catch_up(Done done);
  // Somebody has committed something.
  void knock();
  // Whether the last question was answered; one that is under way for too long was not.
  Result<void> reachable() const;

 private:
  void run();
  Result<void> ask();
  bool is_stuck() const;  // the lock is held

  std::unique_ptr<LogReader> log_;
  Ports ports_;
  std::chrono::milliseconds interval_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Done> waiting_;
  bool knocked_ = false;
  bool stopping_ = false;
  Result<void> last_;
  bool unanswered_ = false;  // since a question was given up after a while
  std::optional<std::chrono::steady_clock::time_point> asking_since_;
  std::thread thread_;
};

}  // namespace carillon
