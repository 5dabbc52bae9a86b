// Threads that may wait for the store: each has a Reader of its own and takes jobs from one queue.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "ledger/ledger.h"

namespace carillon {

class Readers {
 public:
  explicit Readers(std::size_t jobs_max) : jobs_max_(jobs_max) {}
  ~Readers() { stop(); }

  Result<void> start(Ledger& ledger, int threads);
  bool add(std::function<void(Reader&)> job);  // false: the queue is full or closed
  void stop();                                 // finishes what is queued

 private:
  void run(Reader& reader);

  std::size_t jobs_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void(Reader&)>> jobs_;
  bool stopping_ = false;
  std::vector<std::unique_ptr<Reader>> readers_;
  std::vector<std::thread> threads_;
};

}  // namespace carillon
