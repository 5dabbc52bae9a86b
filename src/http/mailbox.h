// Letters from other threads to the sessions of one io thread. A burst costs one wake-up.
//
// Shape   A session has an Address, which outlives it: letters to the dead are dropped.
// Threads send() from any thread, also after close(); receivers are called on the io thread.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "http/async.h"

namespace carillon::http {

class MailReceiver {
 public:
  virtual void on_mail() = 0;

 protected:
  ~MailReceiver() = default;
};

class Mailbox;

struct Address {
  std::shared_ptr<Mailbox> mailbox;
  MailReceiver* receiver;  // the io thread's; null once the session has ended
};

class Mailbox : public std::enable_shared_from_this<Mailbox> {
 public:
  explicit Mailbox(asio::io_context& io) : io_(&io) {}
  void send(std::shared_ptr<Address> to);
  // With the letter goes an answer of so many bytes. Waits until most of those before it were
  // taken: whoever answers faster than the io thread sends would fill the memory. Not on that
  // thread.
  void send_large(std::shared_ptr<Address> to, std::size_t bytes);
  // Runs the job on the io thread, in the order of posting; dropped once closed.
  void post(std::function<void()> job);
  void close();

 private:
  friend class MailRound;
  void send_all(std::span<std::shared_ptr<Address>> letters);
  void deliver();
  void wake();  // under mutex_

  std::mutex mutex_;
  std::condition_variable taken_;
  std::size_t large_bytes_ = 0;                 // guarded by mutex_; sent, and not yet taken
  asio::io_context* io_;                        // guarded by mutex_; null once closed
  bool woken_ = false;                          // guarded by mutex_
  std::vector<std::shared_ptr<Address>> mail_;  // guarded by mutex_
  std::vector<std::function<void()>> jobs_;     // guarded by mutex_
};

// While one lives, what its thread sends waits in it; then each io thread is woken once for all.
class MailRound {
 public:
  MailRound();
  MailRound(MailRound const&) = delete;
  ~MailRound();

 private:
  friend class Mailbox;
  std::vector<std::shared_ptr<Address>> letters_;
};

}  // namespace carillon::http
