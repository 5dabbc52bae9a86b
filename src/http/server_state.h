// What all io threads of one listener share.
#pragma once

#include <atomic>
#include <mutex>
#include <utility>

#include "http/held_memory.h"
#include "http/listener.h"
#include "http/proxies.h"
#include "http/spooler.h"
#include "http/tls.h"

namespace carillon::http {

struct ServerState {
  ServerState(Options given, Router const& routes, Listener::LogIds ids)
      : options(std::move(given)),
        router(routes),
        log_ids(std::move(ids)),
        memory(options.body_memory_max) {}

  Options options;  // const once the threads run
  Router const& router;
  Listener::LogIds const log_ids;
  TrustedProxies proxies;
  std::size_t connections_max = 0;
  HeldMemory memory;
  Spooler spooler;

  std::atomic<bool> retiring{false};  // connections end with their next answer

  std::atomic<std::uint64_t> connections_open{0};
  std::atomic<std::uint64_t> connections_accepted{0};
  std::atomic<std::uint64_t> connections_refused{0};
  std::atomic<std::uint64_t> websockets_open{0};  // of connections_open

  TlsContext tls() const {
    std::lock_guard const lock(tls_mutex_);
    return tls_;
  }
  void set_tls(TlsContext context) {
    std::lock_guard const lock(tls_mutex_);
    tls_ = std::move(context);
  }
  bool uses_tls() const { return !options.tls_cert_file.empty(); }

  void report(std::string what) const {
    if (options.on_error) options.on_error(std::move(what));
  }

 private:
  mutable std::mutex tls_mutex_;
  TlsContext tls_;  // guarded by tls_mutex_; null without TLS
};

}  // namespace carillon::http
