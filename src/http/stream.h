// A TCP connection as a session reads and writes it: at once or not at all. Waiting is left to the
// caller, so that an idle connection needs no buffer. TlsStream (tls.h) is the same over TLS.
//
// Shape   Each call moves bytes, or says for what to wait before it is tried again, or that the
//         connection is at its end.
#pragma once

#include <cerrno>
#include <cstddef>
#include <sys/socket.h>
#include <utility>

#include "http/socket.h"

namespace carillon::http {

struct IoResult {
  enum class Kind { moved, wait, closed };
  Kind kind = Kind::closed;
  std::size_t bytes = 0;
  Socket::Want want = Socket::wait_read;
};

class PlainStream {
 public:
  static constexpr bool kHandshake = false;
  // A write that has to wait must be tried again with the same bytes, and perhaps more.
  static constexpr bool kSameBytesAgain = false;

  explicit PlainStream(Socket socket) : socket_(std::move(socket)) {}

  Socket& socket() { return socket_; }
  bool buffered() const { return false; }  // bytes that no wait for the socket would announce

  IoResult read(char* to, std::size_t size) {
    auto const n = ::recv(socket_.native_handle(), to, size, MSG_DONTWAIT);
    return result(n, size, Socket::wait_read);
  }
  IoResult write(char const* from, std::size_t size) {
    auto const n = ::send(socket_.native_handle(), from, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    return result(n, size, Socket::wait_write);
  }
  // Says to the other side that nothing more will come.
  void finish() { ::shutdown(socket_.native_handle(), SHUT_WR); }

 private:
  IoResult result(ssize_t n, std::size_t size, Socket::Want want) {
    if (n < static_cast<ssize_t>(size)) socket_.used_up(want);
    if (n > 0) return {IoResult::Kind::moved, static_cast<std::size_t>(n), want};
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
      return {IoResult::Kind::wait, 0, want};
    }
    return {};
  }

  Socket socket_;
};

}  // namespace carillon::http
