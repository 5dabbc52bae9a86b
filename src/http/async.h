// The few names under which http uses Asio: typed executors, one completion token, one way to
// start work in the background.
#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace carillon::http {

namespace asio = boost::asio;

using Executor = asio::io_context::executor_type;
using Tcp = asio::ip::tcp;
using Acceptor = asio::basic_socket_acceptor<Tcp, Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;
template <class T>
using Task = asio::awaitable<T, Executor>;

// Gives errors as values: a closed connection is no exception.
inline constexpr auto kToken = asio::as_tuple(asio::use_awaitable_t<Executor>{});

using OnError = std::function<void(std::string)>;

// Runs the coroutine function `work` on `executor`; what it throws goes to `on_error`, which must
// outlive it.
template <class Work>
void spawn_logged(Executor const& executor, OnError const& on_error, char const* name, Work work) {
  auto report = [&on_error, name](std::exception_ptr failure) {
    if (!failure || !on_error) return;
    try {
      std::rethrow_exception(failure);
    } catch (std::exception const& e) {
      on_error(std::string(name) + ": " + e.what());
    } catch (...) {
      on_error(std::string(name) + ": unknown exception");
    }
  };
  asio::co_spawn(executor, std::move(work), std::move(report));
}

// Wakes the one coroutine that waits, on its own io thread. A wake-up may come for nothing or
// before anybody waits: wait in a loop around the condition.
class Signal {
 public:
  auto wait() {
    return asio::async_initiate<asio::use_awaitable_t<Executor> const, void()>(
        [this](auto waiter) { waiter_.emplace(std::move(waiter)); },
        asio::use_awaitable_t<Executor>{});
  }

  // The waiter runs before this returns, and may destroy the signal.
  void notify() {
    if (!waiter_) return;
    auto waiter = std::move(*waiter_);
    waiter_.reset();
    std::move(waiter)();
  }

 private:
  using Waiter = asio::async_result<asio::use_awaitable_t<Executor>, void()>::handler_type;
  std::optional<Waiter> waiter_;
};

}  // namespace carillon::http
