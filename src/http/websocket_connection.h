// The I/O of one WebSocket: callbacks instead of a coroutine, because a waiting callback keeps a
// fifth of the memory of a waiting coroutine, and a server may hold a hundred thousand of them.
//
// Shape   on_ready() after every wait: read, let the session think, write, wait again. It lives as
//         long as a wait is under way.
#pragma once

#include <memory>

#include "http/stream.h"
#include "http/tls.h"
#include "http/websocket_session.h"

namespace carillon::http {

template <class Stream>
class WebSocketConnection final : public WebSocketSession,
                                  public std::enable_shared_from_this<WebSocketConnection<Stream>> {
 public:
  WebSocketConnection(IoThread& thread, Stream stream, std::unique_ptr<WebSocketStart> start)
      : WebSocketSession(thread, std::move(start)), stream_(std::move(stream)) {}

  // `unread` came behind the handshake.
  void start(std::string unread);

 private:
  void flush_queue() override;
  void wake_later() override;
  void shut() override;

  void on_ready();
  void read();
  void write();
  void wait();
  void wait_for(Socket::wait_type what, bool& waiting);

  Stream stream_;
  Socket::wait_type want_ = Socket::wait_read;         // of the last attempt to read
  Socket::wait_type write_want_ = Socket::wait_write;  // of the last attempt to write
  bool blocked_ = false;                               // the last write would have waited
  bool more_ = false;                                  // there is input that no wait announces
  bool awake_ = false;  // on_ready() runs, or flush_queue() comes: no need to wake
  bool reading_ = false;
  bool writing_ = false;
};

extern template class WebSocketConnection<PlainStream>;
extern template class WebSocketConnection<TlsStream>;

}  // namespace carillon::http
