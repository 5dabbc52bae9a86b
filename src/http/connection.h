// The I/O of one connection: a coroutine that reads, lets the Session think, and writes.
//
// Shape   Answers are collected in thread().out and sent before every wait, so that pipelined
//         requests share a write. Sending and reading are tried at once; only what would block is
//         awaited. A connection that waits for input holds no buffer.
#pragma once

#include <string>

#include "http/buffer.h"
#include "http/session.h"
#include "http/stream.h"
#include "http/tls.h"

namespace carillon::http {

template <class Stream>
class Connection final : public Session, private Waiter {
 public:
  Connection(IoThread& thread, std::string remote, Stream stream)
      : Session(thread, std::move(remote)), stream_(std::move(stream)) {}

  // Serves the connection up to its end.
  Task<void> run();

 private:
  void on_ready() override { signal().notify(); }
  void cancel_wait() override;
  void hang_up() override;

  Task<bool> handshake();
  Task<bool> read_body();
  Task<bool> append_piece();
  Task<bool> ask_before();  // false: the connection is of no use any more
  Task<bool> await_answer();
  Task<bool> stream_events(std::unique_ptr<EventStream> stream);
  Task<bool> send_rest();
  Task<void> hand_over(std::unique_ptr<WebSocketStart> start);
  Task<void> drain();
  Task<void> close();

  // Over when the socket can go on, and perhaps before.
  auto ready_for(Socket::Want want) {
    stream_.socket().wait(want, *this);
    return signal().wait();
  }
  bool send_now();      // false: send_rest() has work
  bool read_request();  // false: the connection is at its end
  bool is_gone();

  Stream stream_;
  Socket::Want want_ = Socket::wait_read;  // what the last attempt to read waits for
  bool more_ = false;                      // the last read was full: try again without waiting
  Buffer unsent_;                          // from sent_ on
  std::size_t sent_ = 0;
};

extern template class Connection<PlainStream>;
extern template class Connection<TlsStream>;

}  // namespace carillon::http
