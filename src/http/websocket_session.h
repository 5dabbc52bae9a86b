// The protocol of one open WebSocket without its I/O: its queue, its states, what is late.
// WebSocketConnection (websocket_connection.h) reads, writes and waits.
//
// Shape   open --close(), the peer's Close, a bad frame, stop--> closing
//         closing --our Close is written and theirs has come, or is not waited for--> lingering
//         lingering --the peer has ended too, or 3 s--> ended
//         any --lost connection, silence, abort--> ended
//         A queue over its limit, or memory wanted elsewhere: closing, without what is not begun.
//
//         open       messages go both ways
//         closing    what was queued and then our Close go out; messages are no longer heard
//         lingering  we have said that nothing more comes, and read on so that the peer sees it
//         ended      the socket is closed; the handler has had its on_close
// Threads The socket's io thread; a WebSocketLink is what other threads hold.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/guest.h"
#include "http/held_memory.h"
#include "http/io_thread.h"
#include "http/websocket.h"
#include "http/websocket_frames.h"

namespace carillon::http {

class WebSocketSession;

// Outlives the socket: what is sent to the dead is dropped.
class WebSocketLink : public std::enable_shared_from_this<WebSocketLink> {
 public:
  WebSocketLink(IoThread& thread, WebSocketSession* session)
      : thread_(&thread), mailbox_(thread.mailbox()), session_(session) {}

  void send(SharedFrame frame);
  void close(std::uint16_t code, std::string_view reason);
  void post(std::function<void()> job);
  void evict();  // its memory is wanted elsewhere
  void const* thread() const { return thread_; }
  void forget() { session_ = nullptr; }

 private:
  IoThread* thread_;  // only to compare: it may be gone
  std::shared_ptr<Mailbox> mailbox_;
  WebSocketSession* session_;  // the io thread's; null once ended
};

class WebSocketSession : public Guest, public HeldMemory::Holder, private FrameReceiver {
 public:
  WebSocketSession(IoThread& thread, std::unique_ptr<WebSocketStart> start);
  ~WebSocketSession() override;

  void enqueue(SharedFrame frame);
  void begin_close(std::uint16_t code, std::string_view reason);
  void evict();
  virtual void flush_queue() = 0;  // at the end of the thread's turn

  void on_tick(std::uint64_t tick) override;
  void begin_stop() override;
  void abort() override;
  void leave() override;

 protected:
  enum class State : std::uint8_t { open, closing, lingering, ended };

  virtual void wake_later() = 0;  // flush_queue() at the end of this turn
  virtual void shut() = 0;        // closes the socket; every wait ends

  void open();
  void take_input(char* bytes, std::size_t size);
  bool has_output();
  // What is to be written next: a queued frame, or several small ones gathered in thread().out.
  // Until wrote() or not_taken() says what became of it, it is the same again.
  std::string_view next_output();
  void wrote(std::size_t bytes);
  void not_taken();  // nothing of it was, and it need not be the same the next time
  // True once after all that was to be said is written.
  bool said_all();
  void end(std::uint16_t code);
  // Tells how much is held for this peer; ends the socket if it may not be.
  void hold();

  State state() const { return state_; }
  IoThread& thread() { return thread_; }

 private:
  void on_message(MessageKind kind, std::string_view payload) override;
  void on_ping(std::string_view payload) override;
  void on_pong(std::string_view payload) override;
  void on_peer_close(std::uint16_t code, std::string_view reason) override;
  void fail(std::uint16_t code);
  void fall_behind();
  void drop_unbegun();
  void tell_closed(std::uint16_t code);
  void push(SharedFrame frame);
  std::uint64_t after(std::chrono::seconds time) const;

  IoThread& thread_;
  std::shared_ptr<WebSocketLink> link_;
  std::unique_ptr<WebSocketHandler> handler_;
  WebSocketOptions const options_;
  FrameReader reader_;
  std::vector<SharedFrame> queue_;  // from queue_at_ on
  std::uint32_t queue_at_ = 0;
  std::size_t queue_bytes_ = 0;
  std::size_t sent_ = 0;       // of the first frame in the queue
  std::uint32_t offered_ = 0;  // so many of the first frames may not be left out any more
  std::uint64_t const opened_tick_;
  std::uint64_t heard_tick_;
  std::uint64_t progress_tick_;
  std::uint64_t deadline_ = 0;  // of closing and lingering
  State state_ = State::open;
  bool pinged_ = false;
  bool peer_closed_ = false;  // or not waited for
  bool told_ = false;
  bool held_ = false;
};

}  // namespace carillon::http
