#include "dialect/feishu/long_frames.h"

#include <optional>

namespace carillon::feishu {
namespace {

enum class Wire : std::uint8_t { varint = 0, eight_bytes = 1, bytes = 2, four_bytes = 5 };

void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

void put_number(std::string& out, std::uint32_t field, std::uint64_t value) {
  put_varint(out, field << 3 | static_cast<std::uint32_t>(Wire::varint));
  put_varint(out, value);
}

void put_bytes(std::string& out, std::uint32_t field, std::string_view value) {
  put_varint(out, field << 3 | static_cast<std::uint32_t>(Wire::bytes));
  put_varint(out, value.size());
  out.append(value);
}

// Negative numbers take ten bytes, as the encoding has it.
std::uint64_t widened(std::int32_t value) {
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(value));
}

// One field after another of a message.
class Fields {
 public:
  explicit Fields(std::string_view bytes) : rest_(bytes) {}

  // False at the end, or when the bytes are bad: see ok().
  bool next() {
    number_ = 0;
    text_ = {};
    if (rest_.empty() || !ok_) return false;
    auto const tag = varint();
    field_ = static_cast<std::uint32_t>(tag >> 3);
    wire_ = static_cast<Wire>(tag & 7);
    if (tag >> 32 != 0 || field_ == 0) ok_ = false;
    if (ok_) take_value();
    return ok_;
  }
  std::uint32_t field() const { return field_; }
  bool ok() const { return ok_; }
  std::optional<std::uint64_t> number() const {
    return wire_ == Wire::varint ? std::optional(number_) : std::nullopt;
  }
  std::optional<std::string_view> text() const {
    return wire_ == Wire::bytes ? std::optional(text_) : std::nullopt;
  }

 private:
  void take_value() {
    switch (wire_) {
      case Wire::varint:
        number_ = varint();
        return;
      case Wire::eight_bytes:
        text_ = take(8);
        return;
      case Wire::bytes:
        text_ = take(varint());
        return;
      case Wire::four_bytes:
        text_ = take(4);
        return;
    }
    ok_ = false;  // groups, and what does not exist
  }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 70 && !rest_.empty(); shift += 7) {
      auto const byte = static_cast<std::uint8_t>(rest_.front());
      rest_.remove_prefix(1);
      if (shift == 63 && byte > 1) break;
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return value;
    }
    ok_ = false;
    return 0;
  }
  std::string_view take(std::uint64_t size) {
    if (size > rest_.size()) {
      ok_ = false;
      return {};
    }
    auto const out = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(out.size());
    return out;
  }

  std::string_view rest_;
  std::uint32_t field_ = 0;
  Wire wire_ = Wire::varint;
  std::uint64_t number_ = 0;
  std::string_view text_;
  bool ok_ = true;
};

Error bad_frame(char const* what) { return fail(Errc::invalid_field, what); }

Result<std::pair<std::string, std::string>> decode_header(std::string_view bytes) {
  std::optional<std::string_view> key;
  std::optional<std::string_view> value;
  Fields fields(bytes);
  while (fields.next()) {
    if (fields.field() == 1) key = fields.text();
    if (fields.field() == 2) value = fields.text();
  }
  if (!fields.ok() || !key || !value) return bad_frame("a header of the frame is bad");
  return std::pair{std::string(*key), std::string(*value)};
}

}  // namespace

std::string_view LongFrame::header(std::string_view key) const {
  for (auto const& [name, value] : headers) {
    if (name == key) return value;
  }
  return {};
}

std::string encode(LongFrame const& frame) {
  std::string out;
  put_number(out, 1, frame.seq_id);
  put_number(out, 2, frame.log_id);
  put_number(out, 3, widened(frame.service));
  put_number(out, 4, widened(frame.method));
  std::string header;
  for (auto const& [key, value] : frame.headers) {
    header.clear();
    put_bytes(header, 1, key);
    put_bytes(header, 2, value);
    put_bytes(out, 5, header);
  }
  if (!frame.payload_encoding.empty()) put_bytes(out, 6, frame.payload_encoding);
  if (!frame.payload_type.empty()) put_bytes(out, 7, frame.payload_type);
  if (!frame.payload.empty()) put_bytes(out, 8, frame.payload);
  if (!frame.log_id_new.empty()) put_bytes(out, 9, frame.log_id_new);
  return out;
}

Result<LongFrame> decode_frame(std::string_view bytes) {
  LongFrame out;
  std::uint32_t seen = 0;  // of the required ones
  Fields fields(bytes);
  while (fields.next()) {
    auto const field = fields.field();
    auto const number = fields.number();
    auto const text = fields.text();
    if (field <= 4 ? !number : field <= 9 && !text) return bad_frame("a field has a wrong type");
    if (field <= 4) seen |= 1U << field;
    switch (field) {
      case 1:
        out.seq_id = *number;
        break;
      case 2:
        out.log_id = *number;
        break;
      case 3:
        out.service = static_cast<std::int32_t>(*number);
        break;
      case 4:
        out.method = static_cast<std::int32_t>(*number);
        break;
      case 5: {
        if (out.headers.size() == kFrameHeadersMax) return bad_frame("too many headers");
        TRY(auto header, decode_header(*text));
        out.headers.push_back(std::move(header));
        break;
      }
      case 6:
        out.payload_encoding = *text;
        break;
      case 7:
        out.payload_type = *text;
        break;
      case 8:
        out.payload = *text;
        break;
      case 9:
        out.log_id_new = *text;
        break;
      default:
        break;
    }
  }
  constexpr std::uint32_t kRequired = 0b11110;
  if (!fields.ok() || seen != kRequired) return bad_frame("not a frame");
  return out;
}

}  // namespace carillon::feishu
