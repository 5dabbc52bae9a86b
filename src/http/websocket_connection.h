// The I/O of one WebSocket: a waiter of the poller instead of a coroutine, because a waiting
// coroutine keeps its frame, and a server may hold a hundred thousand of them.
//
// Shape   on_ready() after every wait: read, let the session think, write, wait again. It lives
//         until its socket is closed.
#pragma once

#include <memory>

#include "http/stream.h"
#include "http/tls.h"
#include "http/websocket_session.h"

namespace carillon::http {

template <class Stream>
class WebSocketConnection final : public WebSocketSession,
                                  private Waiter,
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

  void on_ready() override;
  void read();
  void write();
  void wait();

  Stream stream_;
  Socket::Want want_ = Socket::wait_read;         // of the last attempt to read
  Socket::Want write_want_ = Socket::wait_write;  // of the last attempt to write
  bool blocked_ = false;                          // the last write would have waited
  bool more_ = false;                             // there is input that no wait announces
  bool awake_ = false;  // on_ready() runs, or flush_queue() comes: no need to wake
  std::shared_ptr<WebSocketConnection> self_;  // until the socket is closed
};

extern template class WebSocketConnection<PlainStream>;
extern template class WebSocketConnection<TlsStream>;

}  // namespace carillon::http
