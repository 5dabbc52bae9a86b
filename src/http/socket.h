// A connected socket of an io thread, and the thread's poller, which says when it can go on.
//
// Shape   A socket stands in an edge-triggered epoll of the thread's own for all its life; the
//         poller, one descriptor among Asio's, hands out what has come. Asio's sockets would cost a
//         system call for each wait, a tenth of a small request; these cost one for each turn.
//         Whoever moves bytes says when there was no more to move (used_up); what was not used up
//         is still ready, and a wait for it is over in the next turn.
// Threads The io thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <sys/epoll.h>

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/intrusive/list.hpp>

#include "http/async.h"

namespace carillon::http {

class Poller;

using DueHook =
    boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

// Who waits for a socket. It may be told for nothing, and may destroy the socket then.
class Waiter {
 public:
  virtual void on_ready() = 0;

 protected:
  ~Waiter() = default;
};

class Socket {
 public:
  enum Want : std::uint8_t { wait_read = 1, wait_write = 2 };

  // Takes over a socket that does not block.
  Socket(Poller& poller, int fd);
  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&&) = delete;
  ~Socket();

  int native_handle() const;
  // The waiter is told in a later turn: the socket can go on, or is at its end, or cancel().
  void wait(Want want, Waiter& waiter);
  void used_up(Want what);
  void cancel();
  void hang_up();         // both directions; whoever waits is told
  void drop_unwritten();  // when it is closed, what the kernel still holds goes, too
  void close();           // nobody is told any more

 private:
  friend class Poller;
  struct State;

  std::unique_ptr<State> state_;
};

class Poller {
 public:
  using Report = std::function<void(std::string)>;

  // `report` is told what a waiter throws.
  Poller(asio::io_context& io, Report report);
  Poller(Poller const&) = delete;
  Poller& operator=(Poller const&) = delete;
  ~Poller();

  void start();
  // After its last socket it waits for nothing any more.
  void finish();

 private:
  friend class Socket;
  using Due = boost::intrusive::list<Socket::State, boost::intrusive::base_hook<DueHook>,
                                     boost::intrusive::constant_time_size<false>>;

  void add(Socket::State& socket);
  void remove(Socket::State& socket);
  void await();
  void take_turn();
  void tell_due();
  void tell(Socket::State& socket);
  void tell_later(Socket::State& socket);

  asio::io_context& io_;
  Report const report_;
  asio::posix::basic_stream_descriptor<Executor> epoll_;
  std::span<epoll_event> untold_;  // of the present turn
  std::unique_ptr<Due> due_;       // ready without an event
  std::size_t sockets_ = 0;
  bool telling_due_ = false;  // is posted
  bool finishing_ = false;
};

}  // namespace carillon::http
