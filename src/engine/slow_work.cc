#include "engine/slow_work.h"

#include <utility>

namespace carillon {

SlowWork::SlowWork(std::size_t jobs_max) : jobs_max_(jobs_max), thread_([this] { run(); }) {}

SlowWork::~SlowWork() {
  {
    std::lock_guard const lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

bool SlowWork::add(std::function<void()> job) {
  {
    std::lock_guard const lock(mutex_);
    if (stopping_ || jobs_.size() >= jobs_max_) return false;
    jobs_.push_back(std::move(job));
  }
  changed_.notify_one();
  return true;
}

void SlowWork::run() {
  for (;;) {
    std::function<void()> job;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stopping_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    job();
  }
}

}  // namespace carillon
