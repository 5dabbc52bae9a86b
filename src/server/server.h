// The server put together: store, engine, dialects, HTTP. The one place naming concrete classes.
//
// Shape   open() reads the store and says clearly what is not as needed; start() serves; stop()
//         ends in order: no new connections, calls under way answered, the writer at rest, the
//         store closed.
#pragma once

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
  void stop();

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace carillon::server
