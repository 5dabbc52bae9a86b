// The HTTP server: io threads, acceptors, sessions, TLS, and the limits that protect them.
//
// Shape   One io_context and one SO_REUSEPORT acceptor a thread; a connection stays on its thread.
//         Handlers run on the io thread and must not wait; their Reply may come from any thread.
// Errors  start() names what the machine lacks: port taken, too few open files, unreadable key.
// Limits  See Options; a request beyond them gets 400, 408, 413 or 431 and the connection ends.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "http/router.h"

namespace carillon::http {

struct Options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;  // 0: any free port
  int threads = 0;            // 0: one a core
  std::string tls_cert_file;  // PEM chain; empty: no TLS
  std::string tls_key_file;
  std::vector<std::string> trusted_proxies;  // addresses or CIDRs whose X-Forwarded-For is believed
  std::size_t header_bytes_max = 16 * 1024;
  std::size_t headers_max = 100;
  std::size_t connections_max = 0;          // 0: as the open-file limit allows, less a reserve
  std::size_t body_memory_max = 10 << 20;   // incomplete requests and unfetched answers, together
  std::chrono::seconds header_timeout{15};  // from the first byte of a request to its header's end
  std::chrono::seconds body_timeout{60};    // without progress on a body or on reading an answer
  std::chrono::seconds idle_timeout{300};   // between requests: well over a minute for the SDKs
  std::chrono::seconds lame_duck{3};        // more than two health checks; see retire()
  // Asked before a request is handled, once its body is there; calls back from any thread. An error
  // is rendered by the route's `failure`. Null: every request is handled at once.
  std::function<void(std::function<void(Result<void>)> done)> before;
  // What went wrong without any caller to tell: a handler threw, accept failed. Any thread.
  std::function<void(std::string)> on_error;
};

// Counters that /metrics shows.
struct Stats {
  std::uint64_t connections_open = 0;
  std::uint64_t connections_accepted = 0;
  std::uint64_t connections_refused = 0;
  std::uint64_t websockets_open = 0;  // of connections_open
  std::uint64_t requests = 0;
  std::uint64_t evicted_bodies = 0;  // ended because body_memory_max was reached
  std::uint64_t body_memory = 0;     // what counts towards body_memory_max now
};

class Listener {
 public:
  // Makes the fresh log id of a request (feishu.md 0.5); called by all io threads at once.
  using LogIds = std::function<std::string()>;

  Listener(Options options, Router const& router, LogIds log_ids);
  ~Listener();

  Result<void> start();        // binds, starts the threads
  std::uint16_t port() const;  // the one bound
  Result<void> reload_tls();   // reads certificate and key again; on failure the old ones stay
  // All is served as before, but each connection ends with its next answer. A proxy may have sent
  // a call, which it cannot repeat, when we close: so it is let go on for a while before stop(),
  // in which it sees that the server is not ready and keeps no connection. Gives how long; 0
  // without proxies.
  std::chrono::seconds retire();
  // Orderly: no new connections, idle ones closed, requests under way answered (with
  // `Connection: close`) within `grace`, then the threads end.
  void stop(std::chrono::milliseconds grace);
  Stats stats() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace carillon::http
