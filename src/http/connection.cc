#include "http/connection.h"

#include <cstring>
#include <poll.h>

#include <boost/asio/post.hpp>

#include "http/websocket_connection.h"

namespace carillon::http {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kRequestReadBytes = 4 * 1024;  // of a stalled request all that is held
constexpr std::size_t kSpoolReadBytesCrowded = 4 * 1024;
constexpr std::size_t kOutBytesMax = 16 * 1024;  // collected answers are sent from here on
constexpr std::size_t kDrainBytesMax = 16 << 20;
constexpr auto kDrainTime = 5s;
constexpr auto kEventPoll = 200ms;
constexpr auto kEventKeepAlive = 15s;

}  // namespace

template <class Stream>
void Connection<Stream>::cancel_wait() {
  stream_.socket().cancel();
}

template <class Stream>
void Connection<Stream>::hang_up() {
  stream_.socket().hang_up();
}

template <class Stream>
Task<void> Connection<Stream>::run() {
  if constexpr (Stream::kHandshake) {
    bool const shaken = co_await handshake();
    if (!shaken) co_return;
  }
  while (!closing()) {
    if (find_request() == Step::need_more) {
      bool const collect = more_ && thread().out.size() < kOutBytesMax;
      if (!collect && !send_now()) {
        bool const sent = co_await send_rest();
        if (!sent) co_return;
      }
      release_if_idle();
      if (!mid_request()) {
        if (thread().draining()) break;
        enter(State::idle, thread().state().options.idle_timeout);
      } else {
        if (state() != State::head) enter(State::head, thread().state().options.header_timeout);
        hold_input();
        if (closing()) break;
      }
      if (!more_ && !stream_.buffered()) {
        co_await ready_for(want_);
      }
      if (!read_request()) break;
      continue;
    }
    if (closing()) break;
    if (body_pending()) {
      bool const alive = co_await read_body();
      if (!alive) co_return;
      if (closing()) break;
    }
    if (asks_before()) {
      bool const alive = co_await ask_before();
      if (!alive) co_return;
    }
    enter(State::working);
    if (!dispatch()) {
      bool const alive = co_await await_answer();
      if (!alive) co_return;
    }
    auto events = finish_request();
    if (auto websocket = take_websocket()) {
      co_await hand_over(std::move(websocket));
      co_return;
    }
    if (events) {
      bool const alive = co_await stream_events(std::move(events));
      if (!alive) co_return;
    }
    if (thread().out.size() >= kOutBytesMax) {
      if (!send_now()) {
        bool const sent = co_await send_rest();
        if (!sent) co_return;
      }
      // A client that asks for much must not keep the thread from the others.
      co_await asio::post(thread().executor(), asio::use_awaitable_t<Executor>{});
      if (aborted()) co_return;
    }
  }
  co_await close();
}

template <class Stream>
bool Connection<Stream>::read_request() {
  if (aborted()) return false;
  if (expired()) {
    if (state() == State::head) refuse(408);
    return state() == State::head;
  }
  if (evicted()) {
    give_way();
    return true;
  }
  auto const got = stream_.read(thread().buffer.data(), kRequestReadBytes);
  want_ = got.want;
  more_ = got.bytes == kRequestReadBytes;
  if (got.kind == IoResult::Kind::closed) return false;
  if (got.kind == IoResult::Kind::moved) {
    take_input({thread().buffer.data(), got.bytes});
  }
  return true;
}

template <class Stream>
Task<bool> Connection<Stream>::handshake() {
  if constexpr (Stream::kHandshake) {
    enter(State::handshake, thread().state().options.header_timeout);
    for (;;) {
      auto const result = stream_.handshake();
      if (result.kind == IoResult::Kind::moved) co_return true;
      if (result.kind == IoResult::Kind::closed) co_return false;
      co_await ready_for(result.want);
      if (expired() || aborted()) co_return false;
    }
  }
  co_return true;
}

template <class Stream>
Task<bool> Connection<Stream>::read_body() {
  if (wants_continue()) thread().out += "HTTP/1.1 100 Continue\r\n\r\n";
  if (!send_now()) {
    bool const sent = co_await send_rest();
    if (!sent) co_return false;
  }
  for (;;) {
    if (has_piece()) {
      bool const alive = co_await append_piece();
      if (!alive) co_return false;
      if (closing()) co_return true;
    }
    if (body_complete()) co_return true;
    if (state() != State::body) enter(State::body, thread().state().options.body_timeout);
    if (!more_ && !stream_.buffered() && !evicted()) {
      co_await ready_for(want_);
    }
    if (aborted()) co_return false;
    if (evicted()) {
      give_way();
      co_return true;
    }
    if (expired()) {
      refuse(408);
      co_return true;
    }
    auto* const buffer = thread().buffer.data();
    bool const crowded = spooling() && thread().state().spooler.crowded();
    auto const got = stream_.read(buffer, crowded ? kSpoolReadBytesCrowded : IoThread::kReadBytes);
    want_ = got.want;
    more_ = false;
    if (got.kind == IoResult::Kind::closed) co_return false;
    if (got.kind == IoResult::Kind::wait) continue;
    enter(State::body, thread().state().options.body_timeout);
    take_body({buffer, got.bytes});
    if (closing()) co_return true;
  }
}

template <class Stream>
Task<bool> Connection<Stream>::append_piece() {
  auto& x = exchange();
  enter(State::working);
  x.sink_busy.store(true, std::memory_order_relaxed);
  thread().state().spooler.submit(exchange_ptr());
  while (x.sink_busy.load(std::memory_order_acquire)) {
    if (aborted()) co_return false;
    co_await signal().wait();
  }
  x.body.clear();
  if (x.sink_error) body_failed();
  co_return true;
}

template <class Stream>
Task<bool> Connection<Stream>::ask_before() {
  auto& x = exchange();
  x.asking.store(true, std::memory_order_relaxed);
  thread().state().options.before([exchange = exchange_ptr()](Result<void> answer) {
    if (!answer) exchange->refusal = answer.error();
    // The session may go on, and end, as soon as it sees this.
    auto const address = exchange->address;
    exchange->asking.store(false, std::memory_order_release);
    address->mailbox->send(address);
  });
  if (x.asking.load(std::memory_order_acquire) && !send_now()) {
    bool const sent = co_await send_rest();
    if (!sent) co_return false;
  }
  enter(State::working);
  while (x.asking.load(std::memory_order_acquire)) {
    if (aborted()) co_return false;
    co_await signal().wait();
  }
  co_return true;
}

template <class Stream>
Task<bool> Connection<Stream>::await_answer() {
  if (!send_now()) {
    bool const sent = co_await send_rest();
    if (!sent) co_return false;
    enter(State::working);
  }
  while (!exchange().answered()) {
    if (aborted()) co_return false;
    co_await signal().wait();
  }
  co_return true;
}

template <class Stream>
Task<bool> Connection<Stream>::stream_events(std::unique_ptr<EventStream> stream) {
  Timer timer(thread().executor());
  auto last = std::chrono::steady_clock::now();
  bool const chunked = minor_version() == 1;
  release_if_idle();
  while (!thread().draining()) {
    auto piece = stream->next();
    if (!piece) break;
    auto const now = std::chrono::steady_clock::now();
    if (piece->empty() && now - last >= kEventKeepAlive) *piece = ": keep-alive\n\n";
    if (!piece->empty()) {
      last = now;
      if (chunked) {
        append_chunk(thread().out, *piece);
      } else {
        thread().out += *piece;
      }
    }
    if (!send_now()) {
      bool const sent = co_await send_rest();
      if (!sent) co_return false;
    }
    enter(State::streaming);
    timer.expires_after(kEventPoll);
    co_await timer.async_wait(kToken);
    if (aborted() || is_gone()) co_return false;
  }
  if (chunked) thread().out += "0\r\n\r\n";
  co_return true;
}

// The answer goes out as one of HTTP; then the socket belongs to somebody else.
template <class Stream>
Task<void> Connection<Stream>::hand_over(std::unique_ptr<WebSocketStart> start) {
  if (!send_now()) {
    bool const sent = co_await send_rest();
    if (!sent) co_return;
  }
  if (aborted()) co_return;
  auto unread = take_unread();
  auto const socket =
      std::make_shared<WebSocketConnection<Stream>>(thread(), std::move(stream_), std::move(start));
  socket->start(std::move(unread));
}

template <class Stream>
bool Connection<Stream>::is_gone() {
  pollfd fd{stream_.socket().native_handle(), POLLRDHUP, 0};
  return ::poll(&fd, 1, 0) > 0 && (fd.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

template <class Stream>
bool Connection<Stream>::send_now() {
  auto& out = thread().out;
  std::size_t done = 0;
  while (done < out.size()) {
    auto const result = stream_.write(out.data() + done, out.size() - done);
    if (result.kind != IoResult::Kind::moved) break;
    done += result.bytes;
  }
  bool const all = done == out.size();
  if (!all) {
    auto const rest = std::string_view(out).substr(done);
    unsent_.append(rest, rest.size());
  }
  out.clear();
  if (out.capacity() > 4 * IoThread::kReadBytes) out = {};
  return all;
}

template <class Stream>
Task<bool> Connection<Stream>::send_rest() {
  auto const timeout = thread().state().options.body_timeout;
  enter(State::writing, timeout);
  while (sent_ < unsent_.size()) {
    auto const rest = unsent_.view().substr(sent_);
    auto const result = stream_.write(rest.data(), rest.size());
    if (result.kind == IoResult::Kind::closed) co_return false;
    if (result.kind == IoResult::Kind::moved) {
      sent_ += result.bytes;
      enter(State::writing, timeout);
      continue;
    }
    bool const may_wait = hold_output(unsent_.size());
    if (may_wait) co_await ready_for(result.want);
    if (!may_wait || expired() || evicted() || aborted()) {
      // What the kernel still holds for this client goes, too.
      stream_.socket().drop_unwritten();
      co_return false;
    }
  }
  release_held();
  unsent_.clear();
  sent_ = 0;
  co_return true;
}

template <class Stream>
Task<void> Connection<Stream>::close() {
  if (!send_now()) {
    bool const sent = co_await send_rest();
    if (!sent) co_return;
  }
  stream_.finish();
  if (drains()) co_await drain();
}

template <class Stream>
Task<void> Connection<Stream>::drain() {
  enter(State::draining, kDrainTime);
  std::size_t drained = 0;
  while (drained < kDrainBytesMax) {
    co_await ready_for(Socket::wait_read);
    if (expired() || aborted()) co_return;
    // MSG_TRUNC: the kernel throws the bytes away without copying them.
    auto const n = ::recv(stream_.socket().native_handle(), thread().buffer.data(),
                          IoThread::kReadBytes, MSG_DONTWAIT | MSG_TRUNC);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) co_return;
    if (n > 0) drained += static_cast<std::size_t>(n);
  }
}

template class Connection<PlainStream>;
template class Connection<TlsStream>;

}  // namespace carillon::http
