#include "http/io_thread.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <ctime>
#include <netinet/tcp.h>
#include <pthread.h>
#include <system_error>

#include <boost/asio/post.hpp>

#include "http/connection.h"
#include "http/websocket_session.h"

namespace carillon::http {
namespace {

using namespace std::chrono_literals;

thread_local IoThread* running = nullptr;

constexpr std::size_t kStockMax = 256;
constexpr std::size_t kStockBytesMax = 4 * 1024;  // of one exchange kept in stock
constexpr int kUnsentBytesMax = 64 * 1024;        // of one connection in the kernel
constexpr int kAcceptsATurn = 64;
constexpr int kTurnedAwayMax = 16;

// "Tue, 15 Nov 1994 08:12:31 GMT"
std::string http_date() {
  std::time_t const now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[40];
  auto const size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc);
  return {text, size};
}

// "192.0.2.7", also if it came by way of IPv6; "2001:db8::7".
std::string peer_address(sockaddr_storage const& peer) {
  char text[INET6_ADDRSTRLEN] = "";
  if (peer.ss_family == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<sockaddr_in const&>(peer).sin_addr, text, sizeof(text));
    return text;
  }
  auto const& address = reinterpret_cast<sockaddr_in6 const&>(peer).sin6_addr;
  if (IN6_IS_ADDR_V4MAPPED(&address)) {
    inet_ntop(AF_INET, &address.s6_addr[12], text, sizeof(text));
  } else {
    inet_ntop(AF_INET6, &address, text, sizeof(text));
  }
  return text;
}

bool is_lack_of_room(int problem) {
  return problem == EMFILE || problem == ENFILE || problem == ENOBUFS || problem == ENOMEM;
}

}  // namespace

IoThread::IoThread(ServerState& state, int number)
    : state_(state),
      number_(number),
      date_(http_date()),
      guests_(std::make_unique<Guests>()),
      poller_(io_, [&state](std::string problem) { state.report(std::move(problem)); }),
      mailbox_(std::make_shared<Mailbox>(io_)) {}

IoThread::~IoThread() {
  join();
  to_flush_.clear();
}

Result<void> IoThread::listen(Tcp::endpoint const& endpoint) {
  using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
  using UnsentMax = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_NOTSENT_LOWAT>;
  boost::system::error_code problem;
  acceptor_.open(endpoint.protocol(), problem);
  if (!problem) acceptor_.set_option(asio::socket_base::reuse_address(true), problem);
  if (!problem) acceptor_.set_option(ReusePort(true), problem);
  // Connections inherit both. Without the second the kernel takes megabytes for a stalled reader.
  if (!problem) acceptor_.set_option(Tcp::no_delay(true), problem);
  if (!problem) acceptor_.set_option(UnsentMax(kUnsentBytesMax), problem);
  if (!problem) acceptor_.bind(endpoint, problem);
  if (!problem) acceptor_.non_blocking(true, problem);
  if (!problem) acceptor_.listen(asio::socket_base::max_listen_connections, problem);
  if (problem) return fail(Errc::unavailable, problem.message());
  return {};
}

std::uint16_t IoThread::port() const {
  boost::system::error_code ignored;
  return acceptor_.local_endpoint(ignored).port();
}

void IoThread::start() {
  poller_.start();
  spawn_logged(executor(), state_.options.on_error, "accept", [this] { return accept_loop(); });
  spawn_logged(executor(), state_.options.on_error, "sweep", [this] { return sweep_loop(); });
  thread_ = std::thread([this] {
    auto const name = "http-" + std::to_string(number_);
    pthread_setname_np(pthread_self(), name.c_str());
    running = this;
    while (true) {
      try {
        io_.run();
        return;
      } catch (std::exception const& e) {
        state_.report(std::string("io thread: ") + e.what());
      }
    }
  });
}

void IoThread::begin_stop() {
  asio::post(io_, [this] {
    draining_ = true;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    for (auto it = guests_->begin(); it != guests_->end();) (it++)->begin_stop();
  });
}

void IoThread::abort() {
  asio::post(io_, [this] {
    aborted_ = true;
    sweep_timer_.cancel();
    for (auto it = guests_->begin(); it != guests_->end();) (it++)->abort();
    poller_.finish();
  });
}

void IoThread::join() {
  if (thread_.joinable()) thread_.join();
  mailbox_->close();  // nobody takes anything from it any more
}

void IoThread::add(Guest& guest) { guests_->push_back(guest); }

IoThread* IoThread::current() { return running; }

void IoThread::flush_later(std::shared_ptr<WebSocketSession> session) {
  to_flush_.push_back(std::move(session));
  if (to_flush_.size() == 1) asio::post(io_, [this] { flush(); });
}

void IoThread::flush() {
  auto const due = std::move(to_flush_);
  to_flush_.clear();
  for (auto const& session : due) session->flush_queue();
}

std::shared_ptr<Exchange> IoThread::take_exchange() {
  if (stock_.empty()) return std::make_shared<Exchange>();
  auto exchange = std::move(stock_.back());
  stock_.pop_back();
  return exchange;
}

void IoThread::give_back(std::shared_ptr<Exchange> exchange) {
  if (stock_.size() == kStockMax || exchange.use_count() > 1) return;
  if (exchange->bytes.capacity() > kStockBytesMax) exchange->bytes = {};
  exchange->bytes.clear();
  exchange->begin = exchange->scanned = 0;
  stock_.push_back(std::move(exchange));
}

Task<void> IoThread::accept_loop() {
  while (!draining_) {
    auto const [problem] = co_await acceptor_.async_wait(Acceptor::wait_read, kToken);
    if (problem || draining_) co_return;
    if (accept_waiting()) continue;
    // The kernel would report the waiting connection again and again.
    Timer pause(io_.get_executor(), 100ms);
    co_await pause.async_wait(kToken);
  }
}

bool IoThread::accept_waiting() {
  for (int n = 0; n < kAcceptsATurn; ++n) {
    sockaddr_storage peer{};
    socklen_t size = sizeof(peer);
    int const fd = ::accept4(acceptor_.native_handle(), reinterpret_cast<sockaddr*>(&peer), &size,
                             SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      admit(Socket(poller_, fd), peer);
      continue;
    }
    int const problem = errno;
    if (!is_lack_of_room(problem)) return true;  // nobody waits, or they are gone already
    state_.report("cannot accept connections: " + std::generic_category().message(problem));
    return false;
  }
  return true;
}

void IoThread::admit(Socket socket, sockaddr_storage const& peer) {
  auto const open = state_.connections_open.fetch_add(1, std::memory_order_relaxed) + 1;
  if (draining_ || open > state_.connections_max) {
    state_.connections_open.fetch_sub(1, std::memory_order_relaxed);
    state_.connections_refused.fetch_add(1, std::memory_order_relaxed);
    if (state_.uses_tls() || turned_away_ == kTurnedAwayMax) return;
    auto refusal = std::make_shared<Socket>(std::move(socket));
    spawn_logged(executor(), state_.options.on_error, "refusal",
                 [this, refusal] { return turn_away(std::move(*refusal)); });
    return;
  }
  state_.connections_accepted.fetch_add(1, std::memory_order_relaxed);
  auto remote = peer_address(peer);
  if (auto const context = state_.tls()) {
    auto connection = std::make_shared<Connection<TlsStream>>(
        *this, std::move(remote), TlsStream(std::move(socket), context));
    spawn_logged(executor(), state_.options.on_error, "session",
                 [connection] { return connection->run(); });
  } else {
    auto connection = std::make_shared<Connection<PlainStream>>(*this, std::move(remote),
                                                                PlainStream(std::move(socket)));
    spawn_logged(executor(), state_.options.on_error, "session",
                 [connection] { return connection->run(); });
  }
}

Task<void> IoThread::turn_away(Socket socket) {
  ++turned_away_;
  auto refusal = plain_failure(503);
  auto const log_id = state_.log_ids();
  std::string text;
  append_answer(text, refusal, {log_id, date_, 1, false, false});
  PlainStream stream(std::move(socket));
  stream.write(text.data(), text.size());
  stream.finish();
  // Closing with its request unread would take the answer from the client again.
  Timer pause(io_.get_executor(), 100ms);
  co_await pause.async_wait(kToken);
  stream.read(buffer.data(), kReadBytes);
  --turned_away_;
}

Task<void> IoThread::sweep_loop() {
  while (!aborted_) {
    sweep_timer_.expires_after(1s);
    co_await sweep_timer_.async_wait(kToken);
    sweep();
  }
}

void IoThread::sweep() {
  ++tick_;
  date_ = http_date();
  for (auto it = guests_->begin(); it != guests_->end();) (it++)->on_tick(tick_);
}

}  // namespace carillon::http
