// A NATS server of the tests' own on a free port of this machine; it dies with the process.
#pragma once

#include <string>
#include <sys/types.h>

namespace carillon::testing {

class NatsServer {
 public:
  NatsServer();  // started
  NatsServer(NatsServer const&) = delete;
  ~NatsServer() { stop(); }

  void start();  // again, on the same port
  void stop();   // kill -9
  std::string address() const { return "nats://127.0.0.1:" + std::to_string(port_); }

 private:
  int port_;
  pid_t server_ = -1;
};

}  // namespace carillon::testing
