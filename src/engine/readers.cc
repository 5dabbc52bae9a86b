#include "engine/readers.h"

#include <utility>

namespace carillon {

Result<void> Readers::start(Ledger& ledger, int threads) {
  for (int i = 0; i < threads; ++i) {
    TRY(auto reader, ledger.open_reader());
    readers_.push_back(std::move(reader));
  }
  for (auto& reader : readers_) threads_.emplace_back([this, &reader] { run(*reader); });
  return {};
}

bool Readers::add(std::function<void(Reader&)> job) {
  {
    std::lock_guard const lock(mutex_);
    if (stopping_ || jobs_.size() >= jobs_max_) return false;
    jobs_.push_back(std::move(job));
  }
  changed_.notify_one();
  return true;
}

void Readers::stop() {
  {
    std::lock_guard const lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

void Readers::run(Reader& reader) {
  for (;;) {
    std::function<void(Reader&)> job;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stopping_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    job(reader);
  }
}

}  // namespace carillon
