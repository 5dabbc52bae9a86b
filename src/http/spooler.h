// The thread on which the pieces of large uploads are appended to their sinks, so that no io
// thread waits for a disk.
//
// Shape   submit() takes an exchange whose `body` is the next piece and whose `sink_busy` is true.
//         When the piece is written, sink_busy turns false and mail goes to the session, which
//         reads on only then: a connection never has more than one piece here.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "http/exchange.h"

namespace carillon::http {

class Spooler {
 public:
  void start();
  void stop();  // what was submitted is still appended
  void submit(std::shared_ptr<Exchange> exchange);
  // Many uploads at once: their pieces must become smaller.
  bool crowded() const { return waiting_.load(std::memory_order_relaxed) > 64; }

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::shared_ptr<Exchange>> queue_;  // guarded by mutex_
  bool stopping_ = false;                        // guarded by mutex_
  std::atomic<std::size_t> waiting_{0};
  std::thread thread_;
};

}  // namespace carillon::http
