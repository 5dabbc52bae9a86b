// One thread for work that takes a tenth of a second and much memory, such as hashing a password or
// putting many users in their place: one piece at a time, so that the memory is bounded, and a
// bounded queue.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace carillon {

class SlowWork {
 public:
  explicit SlowWork(std::size_t jobs_max);
  ~SlowWork();  // finishes what is queued
  SlowWork(SlowWork const&) = delete;

  // False: too many are waiting. A job must not throw.
  bool add(std::function<void()> job);

 private:
  void run();

  std::size_t jobs_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> jobs_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace carillon
