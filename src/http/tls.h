// TLS for the server side, straight on OpenSSL: an own pair of buffers a connection, as Asio's
// ssl::stream keeps them, would cost 34 KiB even when idle.
//
// Shape   A TlsContext is one certificate with its key; a connection keeps the one it began with,
//         so that a new certificate can be taken up while others are still in use.
// Errors  load() names the file and OpenSSL's reason.
#pragma once

#include <memory>
#include <string>

#include <openssl/ssl.h>

#include "base/result.h"
#include "http/stream.h"

namespace carillon::http {

using TlsContext = std::shared_ptr<SSL_CTX>;

// TLS 1.2 and later.
Result<TlsContext> load_tls(std::string const& cert_file, std::string const& key_file);

// Of the oldest error of this thread, all of which are forgotten; `otherwise` if it has no text.
std::string openssl_reason(char const* otherwise = "unknown error");

class TlsStream {
 public:
  static constexpr bool kHandshake = true;
  static constexpr bool kSameBytesAgain = true;  // they may be part of a record by then

  TlsStream(Socket socket, TlsContext const& context);

  Socket& socket() { return socket_; }
  bool buffered() const { return SSL_has_pending(ssl_.get()) == 1; }

  IoResult handshake();  // moved: done
  IoResult read(char* to, std::size_t size);
  IoResult write(char const* from, std::size_t size);
  void finish();

 private:
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  IoResult result(int outcome, std::size_t bytes);

  Socket socket_;
  std::unique_ptr<SSL, Free> ssl_;
  bool broken_ = false;
};

}  // namespace carillon::http
