#include "http/listener.h"

#include <algorithm>
#include <csignal>
#include <sched.h>
#include <sys/resource.h>
#include <thread>

#include <boost/asio/ip/address.hpp>

#include "http/io_thread.h"

namespace carillon::http {
namespace {

using namespace std::chrono_literals;

constexpr rlim_t kOpenFilesMin = 256;
constexpr rlim_t kOpenFilesReserve = 64;  // store, logs, outgoing connections

// How many connections the open-file limit leaves, after raising it as far as it goes.
Result<std::size_t> connections_allowed() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return fail(Errc::unavailable, "cannot read the open-file limit");
  }
  if (limit.rlim_cur < limit.rlim_max) {
    auto raised = limit;
    raised.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  if (limit.rlim_cur < kOpenFilesMin) {
    return fail(Errc::unavailable,
                "the open-file limit is " + std::to_string(limit.rlim_cur) + ", at least " +
                    std::to_string(kOpenFilesMin) +
                    " are needed: raise it with 'ulimit -n' or LimitNOFILE= in the service unit");
  }
  return static_cast<std::size_t>(limit.rlim_cur - kOpenFilesReserve);
}

Result<Tcp::endpoint> resolve(asio::io_context& io, Options const& options) {
  boost::system::error_code problem;
  auto const address = asio::ip::make_address(options.host, problem);
  if (!problem) return Tcp::endpoint(address, options.port);
  asio::ip::basic_resolver<Tcp, Executor> resolver(io.get_executor());
  auto const found = resolver.resolve(options.host, std::to_string(options.port),
                                      asio::ip::resolver_base::passive, problem);
  if (problem || found.empty()) {
    return fail(Errc::invalid_field, "cannot listen on '" + options.host + "': no such address (" +
                                         problem.message() + ")");
  }
  return found.begin()->endpoint();
}

Error cannot_listen(Tcp::endpoint const& at, std::string const& reason, bool taken) {
  auto const host =
      at.address().is_v6() ? "[" + at.address().to_string() + "]" : at.address().to_string();
  auto text = "cannot listen on " + host + ":" + std::to_string(at.port()) + ": " + reason;
  if (taken) text += "; stop the program that uses this port, or choose another with --listen";
  return fail(Errc::unavailable, std::move(text));
}

// SO_REUSEPORT would let a second server of the same user share our port in silence.
Result<void> check_free(asio::io_context& io, Tcp::endpoint const& endpoint) {
  if (endpoint.port() == 0) return {};
  Acceptor probe(io.get_executor());
  boost::system::error_code problem;
  probe.open(endpoint.protocol(), problem);
  if (!problem) probe.set_option(asio::socket_base::reuse_address(true), problem);
  if (!problem) probe.bind(endpoint, problem);
  if (!problem) return {};
  return cannot_listen(endpoint, problem.message(), problem == asio::error::address_in_use);
}

// Those that this process may use, which may be fewer than the machine has.
int cores_allowed() {
  cpu_set_t cores;
  if (::sched_getaffinity(0, sizeof cores, &cores) != 0) return 1;
  return std::max(1, CPU_COUNT(&cores));
}

}  // namespace

class Listener::Impl {
 public:
  Impl(Options options, Router const& router, LogIds log_ids)
      : state_(std::move(options), router, std::move(log_ids)) {}

  ~Impl() { stop(0ms); }

  Result<void> start() {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
    auto& options = state_.options;
    if (options.threads <= 0) {
      options.threads = cores_allowed();
    }
    TRY(auto const allowed, connections_allowed());
    auto const wanted = options.connections_max;
    state_.connections_max = wanted == 0 ? allowed : std::min(wanted, allowed);
    TRY(state_.proxies, TrustedProxies::parse(options.trusted_proxies));
    CHECK_OK(reload_tls());
    CHECK_OK(listen());
    started_ = true;
    state_.spooler.start();
    for (auto& thread : threads_) thread->start();
    return {};
  }

  std::uint16_t port() const { return threads_.empty() ? std::uint16_t{0} : threads_[0]->port(); }

  Result<void> reload_tls() {
    if (!state_.uses_tls()) return {};
    TRY(auto context, load_tls(state_.options.tls_cert_file, state_.options.tls_key_file));
    state_.set_tls(std::move(context));
    return {};
  }

  std::chrono::seconds retire() {
    state_.retiring.store(true, std::memory_order_relaxed);
    return state_.options.trusted_proxies.empty() ? 0s : state_.options.lame_duck;
  }

  void stop(std::chrono::milliseconds grace) {
    if (!started_) return;
    started_ = false;
    retire();
    for (auto& thread : threads_) thread->begin_stop();
    wait_for_end(grace);
    for (auto& thread : threads_) thread->abort();
    for (auto& thread : threads_) thread->join();
    state_.spooler.stop();
  }

  Stats stats() const {
    Stats stats;
    stats.connections_open = state_.connections_open.load(std::memory_order_relaxed);
    stats.connections_accepted = state_.connections_accepted.load(std::memory_order_relaxed);
    stats.connections_refused = state_.connections_refused.load(std::memory_order_relaxed);
    stats.websockets_open = state_.websockets_open.load(std::memory_order_relaxed);
    for (auto const& thread : threads_) stats.requests += thread->requests();
    stats.evicted_bodies = state_.memory.evicted();
    stats.body_memory = state_.memory.bytes();
    return stats;
  }

 private:
  Result<void> listen() {
    asio::io_context io;
    TRY(auto endpoint, resolve(io, state_.options));
    CHECK_OK(check_free(io, endpoint));
    for (int number = 0; number < state_.options.threads; ++number) {
      auto thread = std::make_unique<IoThread>(state_, number);
      if (auto const listening = thread->listen(endpoint); !listening) {
        return cannot_listen(endpoint, listening.error().detail, false);
      }
      endpoint.port(thread->port());  // where any was asked for, all take the first one's
      threads_.push_back(std::move(thread));
    }
    return {};
  }

  void wait_for_end(std::chrono::milliseconds time) const {
    auto const until = std::chrono::steady_clock::now() + time;
    while (state_.connections_open.load(std::memory_order_acquire) > 0 &&
           std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(5ms);
    }
  }

  ServerState state_;
  std::vector<std::unique_ptr<IoThread>> threads_;
  bool started_ = false;
};

Listener::Listener(Options options, Router const& router, LogIds log_ids)
    : impl_(std::make_unique<Impl>(std::move(options), router, std::move(log_ids))) {}
Listener::~Listener() = default;

Result<void> Listener::start() { return impl_->start(); }
std::uint16_t Listener::port() const { return impl_->port(); }
Result<void> Listener::reload_tls() { return impl_->reload_tls(); }
std::chrono::seconds Listener::retire() { return impl_->retire(); }
void Listener::stop(std::chrono::milliseconds grace) { impl_->stop(grace); }
Stats Listener::stats() const { return impl_->stats(); }

}  // namespace carillon::http
