// Letters from other threads to the sessions of one io thread. A burst costs one wake-up.
//
// Shape   A session has an Address, which outlives it: letters to the dead are dropped.
// Threads send() from any thread, also after close(); receivers are called on the io thread.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "http/bell.h"

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

class Mailbox {
 public:
  void send(std::shared_ptr<Address> to);
  // Runs the job on the io thread, in the order of posting; dropped once closed.
  void post(std::function<void()> job);
  void close();

  // The io thread's: hands out what has come, whenever the bell was rung.
  void deliver();
  Bell const& bell() const { return bell_; }

 private:
  friend class MailRound;
  void send_all(std::span<std::shared_ptr<Address>> letters);
  // Adds to the mail under the lock, unless it is closed, and rings after it: whoever is woken
  // would only wait for the lock.
  template <class Add>
  void add(Add const& add);

  Bell const bell_;
  std::mutex mutex_;
  bool closed_ = false;                         // guarded by mutex_
  bool rung_ = false;                           // guarded by mutex_
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
