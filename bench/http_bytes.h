// The least of HTTP/1.1 that the bench programs need: where a message ends.
//
// Limits  "Content-Length" is looked for in this spelling only; no chunks, no comments, no folding.
//         Both ends of a bench connection are ours, or write it so.
#pragma once

#include <charconv>
#include <cstddef>
#include <string_view>

namespace carillon::bench {

struct MessageBounds {
  std::size_t header = 0;  // bytes, with the empty line; 0: not complete yet
  std::size_t total = 0;   // bytes of header and body
};

inline MessageBounds find_message(std::string_view bytes) {
  auto const end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return {};
  constexpr std::string_view kName = "Content-Length:";
  std::size_t body = 0;
  if (auto at = bytes.substr(0, end).find(kName); at != std::string_view::npos) {
    at += kName.size();
    while (bytes[at] == ' ') ++at;
    std::from_chars(bytes.data() + at, bytes.data() + end, body);
  }
  return {end + 4, end + 4 + body};
}

}  // namespace carillon::bench
