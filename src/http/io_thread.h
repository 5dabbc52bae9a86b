// One io thread: its io_context, its acceptor, its connections and the buffers they share.
//
// Shape   A coroutine accepts, another sweeps once a second over all connections for whatever has
//         waited too long: no connection has a timer of its own.
// Threads start(), begin_stop() and abort() are called from outside; all else runs on the thread.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <boost/intrusive/list.hpp>

#include "http/exchange.h"
#include "http/server_state.h"
#include "http/socket.h"

namespace carillon::http {

class Guest;
class WebSocketSession;

class IoThread {
 public:
  IoThread(ServerState& state, int number);
  ~IoThread();

  // Takes over a listening socket.
  Result<void> listen(Tcp::endpoint const& endpoint);
  std::uint16_t port() const;
  void start();
  void begin_stop();  // no new connections; each ends after the request it is at
  void abort();       // every connection ends now
  void join();

  // The one whose code this is; null on any other thread.
  static IoThread* current();

  // For the connections, on this thread.
  ServerState& state() { return state_; }
  Executor executor() { return io_.get_executor(); }
  std::uint64_t tick() const { return tick_; }  // seconds since start, coarsely
  std::string_view date() const { return date_; }
  bool draining() const { return draining_; }
  void add(Guest& guest);
  // Calls flush_queue() at the end of this turn of the loop.
  void flush_later(std::shared_ptr<WebSocketSession> session);
  std::shared_ptr<Mailbox> const& mailbox() const { return mailbox_; }
  std::shared_ptr<Exchange> take_exchange();
  void give_back(std::shared_ptr<Exchange> exchange);
  void count_request() {
    requests_.store(requests_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

  std::uint64_t requests() const { return requests_.load(std::memory_order_relaxed); }

  static constexpr std::size_t kReadBytes = 64 * 1024;
  std::array<char, kReadBytes> buffer;  // contents do not outlive a suspension
  std::string out;  // answers collected by the running session; empty at every suspension

 private:
  using Guests = boost::intrusive::list<Guest, boost::intrusive::constant_time_size<false>>;

  Task<void> accept_loop();
  // Those that wait already: in a flood nobody should stand behind a round of all others' work
  // for each connection that came before theirs.
  // False if there is no room for those that wait.
  bool accept_waiting();
  Task<void> sweep_loop();
  Task<void> turn_away(Socket socket);
  void admit(Socket socket, sockaddr_storage const& peer);
  void sweep();
  void flush();

  ServerState& state_;
  int const number_;
  std::uint64_t tick_ = 1;
  std::string date_;
  bool draining_ = false;
  bool aborted_ = false;
  int turned_away_ = 0;  // refusals still under way
  std::atomic<std::uint64_t> requests_{0};
  std::vector<std::shared_ptr<Exchange>> stock_;
  std::unique_ptr<Guests> guests_;
  std::vector<std::shared_ptr<WebSocketSession>> to_flush_;
  asio::io_context io_{1};  // destroyed before the guests' list, which its coroutines leave
  Poller poller_;
  std::shared_ptr<Mailbox> mailbox_;
  Acceptor acceptor_{io_.get_executor()};
  Timer sweep_timer_{io_.get_executor()};
  std::thread thread_;
};

}  // namespace carillon::http
