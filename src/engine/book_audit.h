// Recounts the books of every batch, round and round, in at most a fiftieth of the time.
//
// Shape   One thread with a Reader of its own. What does not balance is told once a batch.
// Source  I4: the books balance at any moment.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "base/clock.h"
#include "engine/memory.h"
#include "ledger/ledger.h"

namespace carillon {

class BookAudit {
 public:
  // `problem`: what does not balance; empty if all of a batch's books do.
  using Checked = std::function<void(std::string const& problem)>;
  // `slice`: how long to recount without a break.
  BookAudit(Memory const& memory, Clock const& clock, std::unique_ptr<Reader> reader,
            std::chrono::microseconds slice, Checked checked);
  ~BookAudit() { stop(); }
  BookAudit(BookAudit const&) = delete;

  void start();
  void stop();

 private:
  void run();
  void check(BatchKey const& key);
  bool is_being_purged(BatchKey const& key) const;
  void rest(std::chrono::milliseconds at_least);
  bool stopping() const;

  Memory const& memory_;
  Clock const& clock_;
  std::unique_ptr<Reader> reader_;
  std::chrono::microseconds slice_;
  Checked checked_;

  std::set<BatchKey> wrong_;
  std::chrono::steady_clock::time_point busy_since_;

  mutable std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace carillon
