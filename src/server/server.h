// The server put together: store, engine, dialects, HTTP. The one place naming concrete classes.
//
// Shape   open() reads the store and says clearly what is not as needed; start() serves; stop()
//         ends in order: no new connections, calls under way answered, the writer at rest, the
//         store closed.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"
#include "server/config.h"

namespace carillon::server {

class Server {
 public:
  static Result<std::unique_ptr<Server>> open(Config config);
  ~Server();

  Result<void> start();
  std::string url() const;  // "http://HOST:PORT", once started
  std::string const& admin_token() const;
  void reload();  // SIGHUP: the TLS certificate
  // Is not ready from now on, and goes on serving. Gives how long it should, before stop(), for
  // proxies to take their calls elsewhere; 0 if there are none.
  std::chrono::seconds retire();
  void stop();

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace carillon::server
