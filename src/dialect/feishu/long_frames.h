// The frames of a long connection: one protobuf message a WebSocket message.
//
// Shape   Frame { SeqID 1, LogID 2, service 3, method 4, headers 5, payload_encoding 6,
//         payload_type 7, payload 8, LogIDNew 9 }, Header { key 1, value 2 }; the first four and
//         both of a header are required.
// Source  docs/wire/feishu/events.md; proto2 encoding. Unknown fields are read over; of a repeated
//         scalar the last one counts.
// Errors  invalid_field: not such a frame.
// Cost    Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace carillon::feishu {

enum class FrameMethod : std::int32_t { control = 0, data = 1 };

struct LongFrame {
  std::uint64_t seq_id = 0;
  std::uint64_t log_id = 0;
  std::int32_t service = 0;
  std::int32_t method = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string payload_encoding;
  std::string payload_type;
  std::string payload;
  std::string log_id_new;

  // The first of that name; empty if none.
  std::string_view header(std::string_view key) const;

  friend bool operator==(LongFrame const&, LongFrame const&) = default;
};

inline constexpr std::size_t kFrameHeadersMax = 64;

std::string encode(LongFrame const& frame);
Result<LongFrame> decode_frame(std::string_view bytes);

}  // namespace carillon::feishu
