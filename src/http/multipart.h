// Bodies of parts (multipart/form-data), read piece by piece as they arrive.
//
// Shape   append() takes the bytes in pieces of any size and calls the receiver: part(), then
//         data() as often as there are bytes, then part_end(); finished() says that the closing
//         boundary was seen. What follows it is ignored, and so is what precedes the first one.
// Source  RFC 7578 and RFC 2046, with what real clients write: no blank after a colon or a
//         semicolon, names without quotes, header names in any case, bare line feeds, file names
//         as filename*= (RFC 8187), with quotes as %22 or after a backslash.
// Errors  invalid_field, told once; the parser takes nothing after it. Those of the receiver.
// Limits  8 KiB of headers a part, 1,024 parts.
// Cost    One copy of each piece; memory for one piece and the boundary.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace carillon::http {

struct PartHead {
  std::string name;          // of the field
  std::string file_name;     // empty: none was given
  std::string content_type;  // empty: none was given
  bool is_file = false;      // it has a filename, if only an empty one
};

class PartReceiver {
 public:
  virtual Result<void> part(PartHead&& head) = 0;
  virtual Result<void> data(std::string_view bytes) = 0;
  virtual Result<void> part_end() = 0;

 protected:
  ~PartReceiver() = default;
};

// The boundary that a Content-Type names.
// Errors  invalid_field: it is not multipart/form-data, or has no boundary.
Result<std::string> find_boundary(std::string_view content_type);

class MultipartParser {
 public:
  MultipartParser(std::string_view boundary, PartReceiver& receiver);

  Result<void> append(std::string_view bytes);
  bool finished() const { return state_ == State::finished; }

 private:
  enum class State { preamble, headers, data, finished, failed };
  enum class Found { nothing, part, end, perhaps };

  Result<void> take();
  Result<bool> take_line();  // of a part's headers; false: there is none yet
  Result<void> read_header(std::string_view line);
  Result<bool> take_data();  // up to the next boundary; false: it is not there yet
  // What stands at `at`, where the boundary's text begins; `after`: where its line has ended.
  Found look_at(std::size_t at, std::size_t& after) const;
  Result<void> hand_on(std::string_view bytes);

  std::string const delimiter_;  // "\n--" and the boundary
  PartReceiver& receiver_;
  State state_ = State::preamble;
  std::string waiting_ = "\n";  // not yet understood; the first boundary may begin the body
  PartHead head_;
  bool named_ = false;
  bool line_feed_before_ = false;  // waiting_ begins with what ended the headers
  std::size_t header_bytes_ = 0;
  int parts_ = 0;
};

}  // namespace carillon::http
