// WebSockets (RFC 6455), server side, as an endpoint sees them: frames, a handle, a handler.
//
// Shape   A GET handler answers with accept_websocket() (websocket_handshake.h), which brings a
//         WebSocketHandler. The socket then calls it on its io thread, one call at a time:
//         on_open, on_message ..., on_close; the last one exactly once, whatever happened.
//         A Frame is built once and queued by reference on any number of sockets.
// Limits  WebSocketOptions. Whoever does not fetch what was queued for them loses what was not
//         begun and is told to come back (1013 "resync"); what they missed they ask for then.
// Threads A WebSocket may be used from any thread and after the socket has ended.
// Cost    An idle socket keeps about 1 KiB in all; sends of one turn of the loop share a write.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace carillon::http {

enum class MessageKind : std::uint8_t { text = 1, binary = 2 };

enum class Opcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10
};

// The close codes that we send or report (RFC 6455, 7.4.1).
namespace close_code {
inline constexpr std::uint16_t kNormal = 1000;
inline constexpr std::uint16_t kGoingAway = 1001;  // the server stops
inline constexpr std::uint16_t kProtocol = 1002;
inline constexpr std::uint16_t kUnsupported =
    1003;                                         // a kind of message the endpoint has no use for
inline constexpr std::uint16_t kNone = 1005;      // reported: the peer's Close had no code
inline constexpr std::uint16_t kAbnormal = 1006;  // reported: the connection ended without Close
inline constexpr std::uint16_t kBadText = 1007;
inline constexpr std::uint16_t kPolicy = 1008;
inline constexpr std::uint16_t kTooBig = 1009;
inline constexpr std::uint16_t kInternal = 1011;
inline constexpr std::uint16_t kTryLater = 1013;
}  // namespace close_code

// One frame as it goes over the wire; unmasked and whole, as servers send them.
class Frame {
 public:
  Frame(Opcode opcode, std::string_view payload);

  std::string_view bytes() const { return bytes_; }
  // Sockets that have not begun to send it leave it out.
  void revoke() const { revoked_.store(true, std::memory_order_relaxed); }
  bool revoked() const { return revoked_.load(std::memory_order_relaxed); }

 private:
  std::string bytes_;
  mutable std::atomic<bool> revoked_{false};
};
using SharedFrame = std::shared_ptr<Frame const>;

SharedFrame make_frame(MessageKind kind, std::string_view payload);

class WebSocketLink;

// A handle; copies mean the same socket.
class WebSocket {
 public:
  explicit WebSocket(std::shared_ptr<WebSocketLink> link) : link_(std::move(link)) {}

  // Queues the frame. After close() and after the end it is dropped in silence.
  void send(SharedFrame frame) const;
  // Sends what is queued, then a Close, and waits a little for the peer's.
  void close(std::uint16_t code, std::string_view reason = {}) const;
  // Runs the job on the socket's io thread, also when the socket has ended: there send() to any
  // socket of that thread costs no lock. Dropped once the server has stopped.
  void post(std::function<void()> job) const;
  // Equal for the sockets of one io thread.
  void const* thread() const;

 private:
  std::shared_ptr<WebSocketLink> link_;
};

class WebSocketHandler {
 public:
  virtual ~WebSocketHandler() = default;
  virtual void on_open(WebSocket const& socket) = 0;
  // A whole message; text is valid UTF-8. The view ends with the call.
  virtual void on_message(MessageKind kind, std::string_view payload) = 0;
  // The code of whoever closed first, or kAbnormal.
  virtual void on_close(std::uint16_t code) = 0;
};

struct WebSocketOptions {
  std::uint32_t message_bytes_max = 64 * 1024;  // of the peer's messages, all fragments together
  std::uint32_t queue_bytes_max = 1024 * 1024;  // queued and not taken: then 1013 "resync"
  std::chrono::seconds ping_after{30};          // nothing heard for so long: a ping
  std::chrono::seconds silence_max{90};         // nothing heard for so long: the end
  std::chrono::seconds open_max{0};             // after so long 1008 "expired"; 0: for ever
};

// What an answer carries that turns its connection into a WebSocket.
struct WebSocketStart {
  std::unique_ptr<WebSocketHandler> handler;
  WebSocketOptions options;
};

}  // namespace carillon::http
