#include "http/websocket_frames.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace carillon::http {
namespace {

constexpr std::size_t kControlBytesMax = 125;
constexpr std::uint8_t kMaskBit = 0x80;
constexpr std::uint8_t kReservedBits = 0x70;

void append_big_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> shift));
  }
}

}  // namespace

Frame::Frame(Opcode opcode, std::string_view payload) {
  auto const size = payload.size();
  bytes_.reserve(size + 10);
  bytes_.push_back(static_cast<char>(0x80 | static_cast<std::uint8_t>(opcode)));
  if (size < 126) {
    bytes_.push_back(static_cast<char>(size));
  } else if (size <= 0xffff) {
    bytes_.push_back(126);
    append_big_endian(bytes_, size, 2);
  } else {
    bytes_.push_back(127);
    append_big_endian(bytes_, size, 8);
  }
  bytes_.append(payload);
}

SharedFrame make_frame(MessageKind kind, std::string_view payload) {
  return std::make_shared<Frame const>(static_cast<Opcode>(kind), payload);
}

SharedFrame make_close_frame(std::uint16_t code, std::string_view reason) {
  std::string payload;
  if (code != close_code::kNone) {
    append_big_endian(payload, code, 2);
    payload.append(reason.substr(0, kControlBytesMax - 2));
    Utf8Check check;
    // The cut may have gone through a character.
    while (payload.size() > 2 && !(check = {}, check.take(payload.substr(2)) && check.complete())) {
      payload.pop_back();
    }
  }
  return std::make_shared<Frame const>(Opcode::close, payload);
}

bool is_close_code(std::uint16_t code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
         (code >= 3000 && code <= 4999);
}

bool Utf8Check::take(std::string_view piece) {
  auto const* at = reinterpret_cast<unsigned char const*>(piece.data());
  auto const* const end = at + piece.size();
  while (at < end) {
    if (left_ == 0) {
      std::uint64_t eight = 0;
      while (end - at >= 8 && (std::memcpy(&eight, at, 8), (eight & 0x8080808080808080) == 0)) {
        at += 8;
      }
      if (at == end) return true;
    }
    unsigned char const c = *at++;
    if (left_ > 0) {
      if (c < low_ || c > high_) return false;
      low_ = 0x80;
      high_ = 0xbf;
      --left_;
    } else if (c >= 0xc2 && c <= 0xdf) {
      left_ = 1;
    } else if (c >= 0xe0 && c <= 0xef) {
      left_ = 2;
      if (c == 0xe0) low_ = 0xa0;   // no longer than needed
      if (c == 0xed) high_ = 0x9f;  // no surrogates
    } else if (c >= 0xf0 && c <= 0xf4) {
      left_ = 3;
      if (c == 0xf0) low_ = 0x90;
      if (c == 0xf4) high_ = 0x8f;  // nothing above U+10FFFF
    } else if (c >= 0x80) {
      return false;
    }
  }
  return true;
}

std::uint16_t FrameReader::take(char* bytes, std::size_t size, FrameReceiver& receiver) {
  while (!ended_ && (size > 0 || (in_payload_ && left_ == 0))) {
    std::uint16_t problem = 0;
    if (!in_payload_) {
      auto const n = std::min<std::size_t>(head_bytes_wanted() - head_bytes_, size);
      std::memcpy(head_.data() + head_bytes_, bytes, n);
      head_bytes_ = static_cast<std::uint8_t>(head_bytes_ + n);
      bytes += n;
      size -= n;
      if (head_bytes_ >= 2) problem = check_first_bytes();
      if (problem == 0 && head_bytes_ >= 2 && head_bytes_ == head_bytes_wanted()) {
        problem = begin_payload();
      }
    } else {
      auto const n = static_cast<std::size_t>(std::min<std::uint64_t>(left_, size));
      unmask(bytes, n);
      left_ -= n;
      problem = take_payload({bytes, n}, receiver);
      bytes += n;
      size -= n;
      if (left_ == 0) {
        in_payload_ = false;
        head_bytes_ = 0;
      }
    }
    if (problem != 0) {
      ended_ = true;
      return problem;
    }
  }
  return 0;
}

std::size_t FrameReader::head_bytes_wanted() const {
  if (head_bytes_ < 2) return 2;
  switch (head_[1] & 0x7f) {
    case 126:
      return 2 + 2 + 4;
    case 127:
      return 2 + 8 + 4;
    default:
      return 2 + 4;
  }
}

std::uint16_t FrameReader::check_first_bytes() const {
  auto const code = opcode();
  bool const known = code <= 2 || (code >= 8 && code <= 10);
  if ((head_[0] & kReservedBits) != 0 || (head_[1] & kMaskBit) == 0 || !known) {
    return close_code::kProtocol;
  }
  if (is_control()) {
    bool const fits = fin() && (head_[1] & 0x7f) <= kControlBytesMax;
    return fits ? 0 : close_code::kProtocol;
  }
  // A message begins where none is under way, and goes on where one is.
  bool const goes_on = code == 0;
  return goes_on == (kind_ != 0) ? 0 : close_code::kProtocol;
}

std::uint16_t FrameReader::begin_payload() {
  auto const wanted = head_bytes_wanted();
  left_ = head_[1] & 0x7f;
  if (wanted > 6) {
    auto const long_bytes = wanted - 6;
    left_ = 0;
    for (std::size_t i = 0; i < long_bytes; ++i) left_ = left_ << 8 | head_[2 + i];
    auto const shortest = long_bytes == 2 ? std::uint64_t{126} : std::uint64_t{0x10000};
    if (left_ < shortest || left_ >> 63 != 0) return close_code::kProtocol;
  }
  std::memcpy(mask_.data(), head_.data() + wanted - 4, 4);
  mask_at_ = 0;
  in_payload_ = true;
  if (is_control()) return 0;
  if (opcode() != 0) {
    kind_ = opcode();
    utf8_ = {};
  }
  return left_ > message_bytes_max_ - std::min<std::uint64_t>(message_.size(), message_bytes_max_)
             ? close_code::kTooBig
             : 0;
}

void FrameReader::unmask(char* bytes, std::size_t size) {
  std::array<std::uint8_t, 8> mask{};
  for (std::size_t i = 0; i < 8; ++i) mask[i] = mask_[(mask_at_ + i) % 4];
  std::uint64_t eight_masks = 0;
  std::memcpy(&eight_masks, mask.data(), 8);
  std::size_t at = 0;
  for (; at + 8 <= size; at += 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, bytes + at, 8);
    eight ^= eight_masks;
    std::memcpy(bytes + at, &eight, 8);
  }
  for (; at < size; ++at) bytes[at] = static_cast<char>(bytes[at] ^ mask[at % 8]);
  mask_at_ = static_cast<std::uint8_t>((mask_at_ + size) % 4);
}

std::uint16_t FrameReader::take_payload(std::string_view piece, FrameReceiver& receiver) {
  if (!is_control()) return take_data(piece, receiver);
  if (left_ > 0) {
    control_.append(piece);
    return 0;
  }
  if (control_.empty()) return end_control(piece, receiver);
  auto payload = std::exchange(control_, {});
  payload.append(piece);
  return end_control(payload, receiver);
}

std::uint16_t FrameReader::take_data(std::string_view piece, FrameReceiver& receiver) {
  bool const is_text = kind_ == static_cast<std::uint8_t>(MessageKind::text);
  if (is_text && !utf8_.take(piece)) return close_code::kBadText;
  bool const whole = left_ == 0 && fin();
  if (!whole) {
    message_.append(piece);
    return 0;
  }
  if (is_text && !utf8_.complete()) return close_code::kBadText;
  auto const kind = static_cast<MessageKind>(std::exchange(kind_, std::uint8_t{0}));
  if (message_.empty()) {
    receiver.on_message(kind, piece);
    return 0;
  }
  auto message = std::exchange(message_, {});
  message.append(piece);
  receiver.on_message(kind, message);
  return 0;
}

std::uint16_t FrameReader::end_control(std::string_view payload, FrameReceiver& receiver) {
  switch (static_cast<Opcode>(opcode())) {
    case Opcode::ping:
      receiver.on_ping(payload);
      return 0;
    case Opcode::pong:
      receiver.on_pong(payload);
      return 0;
    default:
      break;
  }
  if (payload.size() == 1) return close_code::kProtocol;
  auto code = close_code::kNone;
  std::string_view reason;
  if (payload.size() >= 2) {
    code = static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0]) << 8 |
                                      static_cast<unsigned char>(payload[1]));
    reason = payload.substr(2);
    if (!is_close_code(code)) return close_code::kProtocol;
    Utf8Check check;
    if (!check.take(reason) || !check.complete()) return close_code::kBadText;
  }
  ended_ = true;
  receiver.on_peer_close(code, reason);
  return 0;
}

}  // namespace carillon::http
