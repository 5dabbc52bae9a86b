// The client's connection: a socket that waits with a deadline, plain or TLS.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

#include "base/result.h"

namespace carillon::http {

struct ClientOptions;

class ClientSocket {
 public:
  using Deadline = std::chrono::steady_clock::time_point;
  static constexpr Deadline kNoDeadline = Deadline::max();

  // `tls` as for "https"; the certificate must be `host`'s unless the options are insecure.
  static Result<ClientSocket> connect(ClientOptions const& options, std::string const& host,
                                      std::string const& port, bool tls, Deadline until);
  ClientSocket(ClientSocket&& other) noexcept;
  ClientSocket& operator=(ClientSocket&&) = delete;
  ~ClientSocket();

  // Nothing is waited for beyond it.
  void set_deadline(Deadline until) { until_ = until; }
  // At least one byte; 0 at the end.
  Result<std::size_t> read(char* to, std::size_t size);
  Result<void> write(std::string_view bytes);
  // The other side has sent something: while sending, an early answer; while idle, its farewell.
  bool readable() const;

 private:
  ClientSocket(int fd, std::chrono::seconds timeout) : fd_(fd), timeout_(timeout) {}
  Result<void> start_tls(ClientOptions const& options, std::string const& host);
  Result<void> check_deadline() const;
  Result<void> wait(short events, std::chrono::seconds time) const;
  Result<void> wait_for(int outcome, std::string_view doing);

  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  int fd_;
  std::chrono::seconds timeout_;
  Deadline until_ = kNoDeadline;
  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> ssl_;
};

}  // namespace carillon::http
