// A WebSocket client for tests that writes exactly the frames it is told, good or bad.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace carillon::http {

// A masked frame as clients send them; `fin` false: a fragment.
inline std::string client_frame(int opcode, std::string_view payload, bool fin = true) {
  std::string out;
  out.push_back(static_cast<char>((fin ? 0x80 : 0) | opcode));
  auto const size = payload.size();
  if (size < 126) {
    out.push_back(static_cast<char>(0x80 | size));
  } else if (size <= 0xffff) {
    out.push_back(static_cast<char>(0x80 | 126));
    out.push_back(static_cast<char>(size >> 8));
    out.push_back(static_cast<char>(size));
  } else {
    out.push_back(static_cast<char>(0x80 | 127));
    for (int shift = 56; shift >= 0; shift -= 8) {
      out.push_back(static_cast<char>(std::uint64_t{size} >> shift));
    }
  }
  constexpr std::string_view kMask = "\x4d\x61\xf3\x6b";
  out.append(kMask);
  for (std::size_t i = 0; i < size; ++i) {
    out.push_back(static_cast<char>(payload[i] ^ kMask[i % 4]));
  }
  return out;
}

inline constexpr std::string_view kHandshakeHeaders =
    "Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

}  // namespace carillon::http
