// Reading a WebSocket client's frames: a state machine over bytes, without I/O.
//
// Shape   take() is given pieces of any size, unmasks them where they lie and calls the receiver
//         for every whole message and every control frame, in order. A message that comes whole in
//         one piece is not copied; fragments and what is cut by the end of a piece are collected.
// Source  RFC 6455, 5. Strict where leniency would let two readers disagree: lengths in their
//         shortest form, reserved bits and opcodes refused, every frame masked. UTF-8 is checked
//         as it arrives, so that bad text is refused at its first bad byte.
// Errors  The close code that says what was wrong; the reader takes nothing more after it.
// Limits  A message over `message_bytes_max` is refused by its announced length, before its bytes.
// Cost    No heap between messages.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/websocket.h"

namespace carillon::http {

class FrameReceiver {
 public:
  virtual void on_message(MessageKind kind, std::string_view payload) = 0;
  virtual void on_ping(std::string_view payload) = 0;
  virtual void on_pong(std::string_view payload) = 0;
  // kNone if it had no code; nothing comes after it.
  virtual void on_peer_close(std::uint16_t code, std::string_view reason) = 0;

 protected:
  ~FrameReceiver() = default;
};

// Is this UTF-8, asked piece by piece?
class Utf8Check {
 public:
  bool take(std::string_view piece);  // false once it cannot be
  bool complete() const { return left_ == 0; }

 private:
  std::uint8_t left_ = 0;  // continuation bytes still to come
  std::uint8_t low_ = 0x80;
  std::uint8_t high_ = 0xbf;  // the range of the next of them
};

class FrameReader {
 public:
  explicit FrameReader(std::uint32_t message_bytes_max) : message_bytes_max_(message_bytes_max) {}

  // 0, or the code with which to close.
  std::uint16_t take(char* bytes, std::size_t size, FrameReceiver& receiver);
  // Beside the object itself: an idle socket's is 0.
  std::size_t held_bytes() const {
    auto const inside = std::string().capacity();
    auto const bytes = message_.capacity() + control_.capacity();
    return bytes <= 2 * inside ? 0 : bytes;
  }

 private:
  std::size_t head_bytes_wanted() const;
  std::uint16_t check_first_bytes() const;
  std::uint16_t begin_payload();
  std::uint16_t take_payload(std::string_view piece, FrameReceiver& receiver);
  std::uint16_t take_data(std::string_view piece, FrameReceiver& receiver);
  std::uint16_t end_control(std::string_view payload, FrameReceiver& receiver);
  void unmask(char* bytes, std::size_t size);

  bool fin() const { return (head_[0] & 0x80) != 0; }
  std::uint8_t opcode() const { return head_[0] & 0x0f; }
  bool is_control() const { return opcode() >= 8; }

  std::uint32_t message_bytes_max_;
  std::array<std::uint8_t, 14> head_{};
  std::uint8_t head_bytes_ = 0;
  bool in_payload_ = false;
  bool ended_ = false;
  std::uint8_t kind_ = 0;  // of the message under way; 0: none
  std::uint8_t mask_at_ = 0;
  std::array<std::uint8_t, 4> mask_{};
  Utf8Check utf8_;
  std::uint64_t left_ = 0;  // of the frame's payload
  std::string message_;
  std::string control_;
};

// Codes that may be sent in a Close.
bool is_close_code(std::uint16_t code);
// A server's Close; without payload for kNone. The reason is cut to what a Close can hold.
SharedFrame make_close_frame(std::uint16_t code, std::string_view reason);

}  // namespace carillon::http
