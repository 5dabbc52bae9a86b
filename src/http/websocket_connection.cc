#include "http/websocket_connection.h"

#include <exception>
#include <utility>

#include <boost/asio/post.hpp>

namespace carillon::http {
namespace {

constexpr int kReadsATurn = 4;

}  // namespace

template <class Stream>
void WebSocketConnection<Stream>::start(std::string unread) {
  auto const self = this->shared_from_this();
  self_ = self;
  awake_ = true;
  try {
    open();
    if (!unread.empty()) take_input(unread.data(), unread.size());
  } catch (std::exception const& e) {
    thread().state().report(std::string("a WebSocket's handler threw: ") + e.what());
    begin_close(close_code::kInternal, {});
  }
  on_ready();
}

template <class Stream>
void WebSocketConnection<Stream>::on_ready() {
  auto const self = this->shared_from_this();
  if (state() == State::ended) return;
  awake_ = true;
  read();
  write();
  awake_ = false;
  hold();
  wait();
}

template <class Stream>
void WebSocketConnection<Stream>::flush_queue() {
  if (state() == State::ended) return;
  awake_ = true;
  if (!blocked_) write();
  awake_ = false;
  hold();
  wait();
}

template <class Stream>
void WebSocketConnection<Stream>::wake_later() {
  if (std::exchange(awake_, true)) return;
  thread().flush_later(this->shared_from_this());
}

template <class Stream>
void WebSocketConnection<Stream>::read() {
  more_ = false;
  for (int reads = 0; state() != State::ended; ++reads) {
    if (reads == kReadsATurn) {
      more_ = true;  // the others' turn first
      return;
    }
    auto* const buffer = thread().buffer.data();
    auto const got = stream_.read(buffer, IoThread::kReadBytes);
    want_ = got.want;
    if (got.kind == IoResult::Kind::wait) return;
    if (got.kind == IoResult::Kind::closed) return end(close_code::kAbnormal);
    take_input(buffer, got.bytes);
    if (got.bytes < IoThread::kReadBytes && !stream_.buffered()) return;
  }
}

template <class Stream>
void WebSocketConnection<Stream>::write() {
  blocked_ = false;
  while (state() != State::ended && state() != State::lingering && has_output()) {
    auto const piece = next_output();
    auto const result = stream_.write(piece.data(), piece.size());
    thread().out.clear();
    if (result.kind == IoResult::Kind::closed) return end(close_code::kAbnormal);
    if (result.kind == IoResult::Kind::wait) {
      if (!Stream::kSameBytesAgain) not_taken();
      blocked_ = true;
      write_want_ = result.want;
      return;
    }
    wrote(result.bytes);
  }
  if (said_all()) stream_.finish();
}

template <class Stream>
void WebSocketConnection<Stream>::wait() {
  if (state() == State::ended) return;
  if (more_) {
    more_ = false;
    asio::post(thread().executor(), [self = this->shared_from_this()] { self->on_ready(); });
  }
  bool const read_waits_for_room = want_ == Socket::wait_write;
  bool const write_waits_for_room = blocked_ && write_want_ == Socket::wait_write;
  stream_.socket().wait(Socket::wait_read, *this);
  if (read_waits_for_room || write_waits_for_room) {
    stream_.socket().wait(Socket::wait_write, *this);
  }
}

template <class Stream>
void WebSocketConnection<Stream>::shut() {
  stream_.socket().close();
  // Whoever calls this is still at it.
  asio::post(thread().executor(), [self = std::move(self_)] {});
}

template class WebSocketConnection<PlainStream>;
template class WebSocketConnection<TlsStream>;

}  // namespace carillon::http
