// Reading bodies: the chunked transfer coding, and who takes what is in it.
//
// Shape   A state machine over bytes: pieces of any size, nothing is held back or copied.
// Source  RFC 9112, 7.1. Extensions and trailers are read over.
// Errors  Bare line feeds, control characters, sizes beyond 15 hex digits, lines beyond 4 KiB and
//         trailers beyond 4 KiB are bad. (Beast's own decoder asserts on "0\r\n" + "\r\n".)
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace carillon::http {

// Takes the body of a message piece by piece, without framing.
class BodyReceiver {
 public:
  virtual ~BodyReceiver() = default;
  // False stops the reading: the body is over its limit or has no room.
  virtual bool receive(std::string_view piece) = 0;
};

enum class BodyState { more, done, stopped, bad };

struct BodyStep {
  BodyState state;
  std::size_t used;  // less than all only if the body has ended within, or is bad
};

class ChunkDecoder {
 public:
  BodyStep decode(std::string_view bytes, BodyReceiver& receiver);

 private:
  enum class At {
    size,
    extension,
    size_lf,
    data,
    data_cr,
    data_lf,
    line,
    trailer,
    trailer_lf,
    end_lf
  };

  bool take(char c);  // one byte of the framing; false if it is bad
  bool take_size(char c);
  bool count_text(char c);

  At at_ = At::size;
  bool done_ = false;
  int digits_ = 0;
  std::size_t text_bytes_ = 0;  // of the extension, or of all trailers
  std::uint64_t left_ = 0;      // of the chunk
};

}  // namespace carillon::http
