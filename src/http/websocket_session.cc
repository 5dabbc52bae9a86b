#include "http/websocket_session.h"

#include <exception>
#include <utility>

namespace carillon::http {
namespace {

using namespace std::chrono_literals;

constexpr auto kCloseTime = 5s;
constexpr auto kLingerTime = 3s;
constexpr std::size_t kGatherBytes = 16 * 1024;

}  // namespace

void WebSocket::send(SharedFrame frame) const { link_->send(std::move(frame)); }
void WebSocket::close(std::uint16_t code, std::string_view reason) const {
  link_->close(code, reason);
}
void WebSocket::post(std::function<void()> job) const { link_->post(std::move(job)); }
void const* WebSocket::thread() const { return link_->thread(); }

void WebSocketLink::send(SharedFrame frame) {
  if (IoThread::current() == thread_) {
    if (session_ != nullptr) session_->enqueue(std::move(frame));
    return;
  }
  mailbox_->post([self = shared_from_this(), frame = std::move(frame)]() mutable {
    if (self->session_ != nullptr) self->session_->enqueue(std::move(frame));
  });
}

void WebSocketLink::close(std::uint16_t code, std::string_view reason) {
  // Also on its own thread later: the handler may be in the middle of a call.
  mailbox_->post([self = shared_from_this(), code, reason = std::string(reason)] {
    if (self->session_ != nullptr) self->session_->begin_close(code, reason);
  });
}

void WebSocketLink::post(std::function<void()> job) { mailbox_->post(std::move(job)); }

void WebSocketLink::evict() {
  mailbox_->post([self = shared_from_this()] {
    if (self->session_ != nullptr) self->session_->evict();
  });
}

WebSocketSession::WebSocketSession(IoThread& thread, std::unique_ptr<WebSocketStart> start)
    : thread_(thread),
      link_(std::make_shared<WebSocketLink>(thread, this)),
      handler_(std::move(start->handler)),
      options_(start->options),
      reader_(start->options.message_bytes_max),
      opened_tick_(thread.tick()),
      heard_tick_(thread.tick()),
      progress_tick_(thread.tick()) {
  thread_.add(*this);
  thread_.state().connections_open.fetch_add(1, std::memory_order_relaxed);
  thread_.state().websockets_open.fetch_add(1, std::memory_order_relaxed);
}

WebSocketSession::~WebSocketSession() {
  link_->forget();
  if (held_) thread_.state().memory.release(*this);
  thread_.state().websockets_open.fetch_sub(1, std::memory_order_relaxed);
  thread_.state().connections_open.fetch_sub(1, std::memory_order_relaxed);
}

void WebSocketSession::open() {
  handler_->on_open(WebSocket(link_));
  if (thread_.draining()) begin_stop();
}

void WebSocketSession::enqueue(SharedFrame frame) {
  if (state_ != State::open) return;
  push(std::move(frame));
}

void WebSocketSession::push(SharedFrame frame) {
  queue_bytes_ += frame->bytes().size();
  if (queue_bytes_ > options_.queue_bytes_max && state_ == State::open) {
    queue_bytes_ -= frame->bytes().size();
    return fall_behind();
  }
  if (queue_.empty()) progress_tick_ = thread_.tick();
  queue_.push_back(std::move(frame));
  wake_later();
}

void WebSocketSession::begin_close(std::uint16_t code, std::string_view reason) {
  if (state_ != State::open) return;
  state_ = State::closing;
  deadline_ = after(kCloseTime);
  push(make_close_frame(code, reason));
}

// The peer does not keep up: it is to come back and ask for what it missed.
void WebSocketSession::fall_behind() {
  if (state_ != State::open) return end(close_code::kAbnormal);
  if (held_) thread_.state().memory.release(*this);
  held_ = false;
  drop_unbegun();
  begin_close(close_code::kTryLater, "resync");
}

void WebSocketSession::drop_unbegun() {
  while (queue_.size() > queue_at_ + offered_) {
    queue_bytes_ -= queue_.back()->bytes().size();
    queue_.pop_back();
  }
}

void WebSocketSession::fail(std::uint16_t code) {
  bool const first = state_ == State::open;
  peer_closed_ = true;  // whoever breaks the protocol is not waited for
  if (first) begin_close(code, {});
  tell_closed(code);
  wake_later();
}

void WebSocketSession::take_input(char* bytes, std::size_t size) {
  heard_tick_ = thread_.tick();
  pinged_ = false;
  if (state_ == State::lingering || state_ == State::ended || peer_closed_) return;
  std::uint16_t problem = 0;
  try {
    problem = reader_.take(bytes, size, *this);
  } catch (std::exception const& e) {
    thread_.state().report(std::string("a WebSocket's handler threw: ") + e.what());
    problem = close_code::kInternal;
  }
  if (problem != 0) fail(problem);
}

void WebSocketSession::on_message(MessageKind kind, std::string_view payload) {
  if (state_ == State::open) handler_->on_message(kind, payload);
}

void WebSocketSession::on_ping(std::string_view payload) {
  enqueue(std::make_shared<Frame const>(Opcode::pong, payload));
}

void WebSocketSession::on_pong(std::string_view) {}

void WebSocketSession::on_peer_close(std::uint16_t code, std::string_view) {
  peer_closed_ = true;
  begin_close(code, {});
  tell_closed(code);
  wake_later();
}

bool WebSocketSession::has_output() {
  // A frame that was revoked before its first byte went out is left out.
  while (offered_ == 0 && queue_at_ < queue_.size() && queue_[queue_at_]->revoked()) {
    queue_bytes_ -= queue_[queue_at_]->bytes().size();
    queue_[queue_at_++].reset();
  }
  if (queue_at_ < queue_.size()) return true;
  queue_ = {};
  queue_at_ = 0;
  return false;
}

std::string_view WebSocketSession::next_output() {
  auto const first = queue_[queue_at_]->bytes().substr(sent_);
  if (offered_ <= 1 && (queue_at_ + 1 == queue_.size() || first.size() >= kGatherBytes)) {
    offered_ = 1;
    return first;
  }
  auto& out = thread_.out;
  out.assign(first);
  if (offered_ <= 1) {
    for (offered_ = 1; queue_at_ + offered_ < queue_.size() && out.size() < kGatherBytes;
         ++offered_) {
      auto const& frame = *queue_[queue_at_ + offered_];
      if (frame.revoked()) break;  // has_output() takes it out when it is the first
      out.append(frame.bytes());
    }
  } else {
    for (std::uint32_t i = 1; i < offered_; ++i) out.append(queue_[queue_at_ + i]->bytes());
  }
  return out;
}

void WebSocketSession::wrote(std::size_t bytes) {
  progress_tick_ = thread_.tick();
  sent_ += bytes;
  while (queue_at_ < queue_.size() && sent_ >= queue_[queue_at_]->bytes().size()) {
    auto const size = queue_[queue_at_]->bytes().size();
    sent_ -= size;
    queue_bytes_ -= size;
    queue_[queue_at_++].reset();
  }
  not_taken();
}

void WebSocketSession::not_taken() { offered_ = sent_ > 0 ? 1 : 0; }

bool WebSocketSession::said_all() {
  if (state_ != State::closing || !peer_closed_ || has_output()) return false;
  state_ = State::lingering;
  deadline_ = after(kLingerTime);
  return true;
}

void WebSocketSession::tell_closed(std::uint16_t code) {
  if (std::exchange(told_, true)) return;
  try {
    handler_->on_close(code);
  } catch (std::exception const& e) {
    thread_.state().report(std::string("a WebSocket's handler threw: ") + e.what());
  }
}

void WebSocketSession::end(std::uint16_t code) {
  if (std::exchange(state_, State::ended) == State::ended) return;
  shut();
  queue_ = {};
  queue_at_ = 0;
  if (held_) thread_.state().memory.release(*this);
  held_ = false;
  tell_closed(code);
}

void WebSocketSession::hold() {
  if (state_ == State::ended) return;
  auto const bytes = reader_.held_bytes() + queue_bytes_;
  auto& memory = thread_.state().memory;
  if (bytes == 0) {
    if (std::exchange(held_, false)) memory.release(*this);
    return;
  }
  held_ = true;
  // What is left while closing is little, and has a deadline.
  if (!memory.hold(*this, bytes) && state_ == State::open) fall_behind();
}

std::uint64_t WebSocketSession::after(std::chrono::seconds time) const {
  return thread_.tick() + static_cast<std::uint64_t>(time.count()) + 1;
}

void WebSocketSession::on_tick(std::uint64_t tick) {
  auto const late = [&](std::uint64_t since, std::chrono::seconds time) {
    return tick > since + static_cast<std::uint64_t>(time.count());
  };
  switch (state_) {
    case State::open:
      if (late(heard_tick_, options_.silence_max)) return end(close_code::kAbnormal);
      if (options_.open_max != 0s && late(opened_tick_, options_.open_max)) {
        return begin_close(close_code::kPolicy, "expired");
      }
      if (!queue_.empty() && late(progress_tick_, thread_.state().options.body_timeout)) {
        return end(close_code::kAbnormal);
      }
      if (!pinged_ && late(heard_tick_, options_.ping_after)) {
        static auto const ping = std::make_shared<Frame const>(Opcode::ping, "");
        pinged_ = true;
        enqueue(ping);
      }
      return;
    case State::closing:
    case State::lingering:
      if (tick >= deadline_) end(close_code::kAbnormal);
      return;
    case State::ended:
      return;
  }
}

void WebSocketSession::begin_stop() { begin_close(close_code::kGoingAway, {}); }
void WebSocketSession::abort() { end(close_code::kAbnormal); }
void WebSocketSession::leave() { link_->evict(); }

void WebSocketSession::evict() {
  if (held_ && thread_.state().memory.told_to_leave(*this)) fall_behind();
}

}  // namespace carillon::http
