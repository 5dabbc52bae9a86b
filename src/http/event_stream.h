// A source of Server-Sent Events. The session asks for the next piece a few times a second and
// never asks while the last piece is not yet written, so a slow reader costs one piece.
#pragma once

#include <optional>
#include <string>

namespace carillon::http {

class EventStream {
 public:
  virtual ~EventStream() = default;
  // The bytes to send now ("event: ...\ndata: ...\n\n"), empty for nothing new; nullopt ends the
  // stream. Called on an io thread: memory only, no waiting.
  virtual std::optional<std::string> next() = 0;
};

}  // namespace carillon::http
