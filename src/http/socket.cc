#include "http/socket.h"

#include <array>
#include <exception>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <boost/asio/post.hpp>

namespace carillon::http {
namespace {

constexpr std::size_t kEventsATurn = 128;
constexpr std::uint32_t kReadEvents = EPOLLIN | EPOLLRDHUP | EPOLLET;

int make_epoll() {
  int const fd = ::epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  return fd;
}

}  // namespace

struct Socket::State : DueHook {
  State(Poller& its_poller, int its_fd) : poller(its_poller), fd(its_fd) {}

  bool may_go_on() const { return ((ready | ended) & wanted) != 0; }

  Poller& poller;
  Waiter* waiter = nullptr;
  int fd;
  std::uint8_t wanted = 0;
  std::uint8_t ready = 0;
  std::uint8_t ended = 0;  // ready for ever
  bool tells_room = false;
};

Socket::Socket(Poller& poller, int fd) : state_(std::make_unique<State>(poller, fd)) {
  poller.add(*state_);
}

Socket::Socket(Socket&& other) noexcept = default;

Socket::~Socket() { close(); }

int Socket::native_handle() const { return state_ ? state_->fd : -1; }

void Socket::wait(Want want, Waiter& waiter) {
  auto& state = *state_;
  state.wanted |= want;
  state.waiter = &waiter;
  if (want == wait_write && !std::exchange(state.tells_room, true)) {
    epoll_event event{kReadEvents | EPOLLOUT, {.ptr = &state}};
    ::epoll_ctl(state.poller.epoll_.native_handle(), EPOLL_CTL_MOD, state.fd, &event);
  }
  if (state.may_go_on()) state.poller.tell_later(state);
}

void Socket::used_up(Want what) { state_->ready &= static_cast<std::uint8_t>(~what); }

void Socket::cancel() {
  if (state_ && state_->wanted != 0) state_->poller.tell_later(*state_);
}

void Socket::hang_up() {
  if (!state_) return;
  ::shutdown(state_->fd, SHUT_RDWR);
  cancel();
}

void Socket::drop_unwritten() {
  linger const at_once{1, 0};
  ::setsockopt(state_->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

void Socket::close() {
  if (!state_) return;
  auto const state = std::move(state_);
  state->poller.remove(*state);
  ::close(state->fd);
}

Poller::Poller(asio::io_context& io, Report report)
    : io_(io),
      report_(std::move(report)),
      epoll_(io.get_executor(), make_epoll()),
      due_(std::make_unique<Due>()) {}

Poller::~Poller() = default;

void Poller::start() { await(); }

void Poller::finish() {
  finishing_ = true;
  boost::system::error_code ignored;
  if (sockets_ == 0) epoll_.cancel(ignored);
}

void Poller::add(Socket::State& socket) {
  ++sockets_;
  epoll_event event{kReadEvents, {.ptr = &socket}};
  // Without room in the kernel nothing is ever told of it: its deadline ends it.
  ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, socket.fd, &event);
}

void Poller::remove(Socket::State& socket) {
  for (auto& event : untold_) {
    if (event.data.ptr == &socket) event.data.ptr = nullptr;
  }
  --sockets_;
  if (finishing_) finish();
}

void Poller::await() {
  epoll_.async_wait(decltype(epoll_)::wait_read, [this](boost::system::error_code problem) {
    if (problem) return;
    take_turn();
    if (!finishing_ || sockets_ != 0) await();
  });
}

void Poller::take_turn() {
  std::array<epoll_event, kEventsATurn> events;
  int const count = ::epoll_wait(epoll_.native_handle(), events.data(), kEventsATurn, 0);
  for (untold_ = std::span(events).first(count > 0 ? static_cast<std::size_t>(count) : 0);
       !untold_.empty();) {
    auto const event = untold_.front();
    untold_ = untold_.subspan(1);
    if (event.data.ptr == nullptr) continue;
    auto& socket = *static_cast<Socket::State*>(event.data.ptr);
    if ((event.events & EPOLLIN) != 0) socket.ready |= Socket::wait_read;
    if ((event.events & EPOLLOUT) != 0) socket.ready |= Socket::wait_write;
    if ((event.events & EPOLLRDHUP) != 0) socket.ended |= Socket::wait_read;
    if ((event.events & (EPOLLHUP | EPOLLERR)) != 0) {
      socket.ended |= Socket::wait_read | Socket::wait_write;
    }
    if (socket.may_go_on()) tell(socket);
  }
}

void Poller::tell(Socket::State& socket) {
  socket.unlink();
  socket.wanted = 0;
  try {
    socket.waiter->on_ready();
  } catch (std::exception const& e) {
    report_(std::string("io thread: ") + e.what());
  }
}

void Poller::tell_later(Socket::State& socket) {
  if (socket.is_linked()) return;
  due_->push_back(socket);
  if (std::exchange(telling_due_, true)) return;
  asio::post(io_, [this] {
    telling_due_ = false;
    tell_due();
  });
}

void Poller::tell_due() {
  // Who comes due meanwhile has to wait for the others' turn.
  Due now;
  now.swap(*due_);
  while (!now.empty()) tell(now.front());
}

}  // namespace carillon::http
