#include "json/writer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace carillon::json {
namespace {

// Whether eight bytes are plain: ASCII that stands for itself in a JSON string. May say no where
// a closer look says yes, never the reverse.
bool plain(std::uint64_t bytes) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighs = 0x8080808080808080;
  auto const zero_in = [](std::uint64_t x) { return (x - kOnes) & ~x; };
  auto const below_space = bytes - kOnes * 0x20;
  return ((bytes | below_space | zero_in(bytes ^ kOnes * '"') | zero_in(bytes ^ kOnes * '\\')) &
          kHighs) == 0;
}

bool plain(std::string_view text) {
  if (text.empty()) return true;  // its data may be null
  std::uint64_t word = 0;
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::memcpy(&word, text.data() + i, 8);
    if (!plain(word)) return false;
  }
  word = 0x2020202020202020;
  std::memcpy(&word, text.data() + i, text.size() - i);
  return plain(word);
}

// What a byte needs in a JSON string: 0 nothing, 1 an escape, 2 a look at its UTF-8 sequence.
constexpr std::array<std::uint8_t, 256> make_care() {
  std::array<std::uint8_t, 256> care{};
  for (std::size_t c = 0; c < 0x20; ++c) care[c] = 1;
  care['"'] = 1;
  care['\\'] = 1;
  for (std::size_t c = 0x80; c < 0x100; ++c) care[c] = 2;
  return care;
}
constexpr auto kCare = make_care();

void append_escape(std::string& out, unsigned char c) {
  static constexpr char kDigits[] = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += kDigits[c >> 4];
      out += kDigits[c & 15];
  }
}

// The length of the well-formed UTF-8 sequence at `at`, or 0.
std::size_t sequence_at(std::string_view text, std::size_t at) {
  auto const byte = [&](std::size_t i) {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
  };
  auto const follows = [&](std::size_t i) { return (byte(i) & 0xc0) == 0x80; };
  auto const c = byte(0);
  if (c >= 0xc2 && c <= 0xdf) return follows(1) ? 2 : 0;
  if (c >= 0xe0 && c <= 0xef) {
    if (!follows(1) || !follows(2)) return 0;
    if ((c == 0xe0 && byte(1) < 0xa0) || (c == 0xed && byte(1) > 0x9f)) return 0;
    return 3;
  }
  if (c >= 0xf0 && c <= 0xf4) {
    if (!follows(1) || !follows(2) || !follows(3)) return 0;
    if ((c == 0xf0 && byte(1) < 0x90) || (c == 0xf4 && byte(1) > 0x8f)) return 0;
    return 4;
  }
  return 0;
}

}  // namespace

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  std::size_t clean = 0;  // start of what can be copied as it is
  for (std::size_t i = 0; i < text.size();) {
    auto const c = static_cast<unsigned char>(text[i]);
    auto const care = kCare[c];
    if (care == 0) {
      ++i;
      continue;
    }
    if (care == 2) {
      if (auto const n = sequence_at(text, i)) {
        i += n;
        continue;
      }
    }
    out.append(text, clean, i - clean);
    if (care == 1) {
      append_escape(out, c);
    } else {
      out += "\xef\xbf\xbd";
    }
    clean = ++i;
  }
  out.append(text, clean, text.size() - clean);
  out += '"';
}

Writer& Writer::text(std::string_view value, bool is_key, std::string_view after) {
  // Nearly all keys and many values: short and plain, put together first and appended once.
  constexpr std::size_t kShort = 96;
  char piece[kShort + 32];
  if (value.size() <= kShort && after.size() <= 24 && plain(value)) {
    char* end = piece;
    if (needs_comma()) *end++ = ',';
    *end++ = '"';
    end = std::copy(value.begin(), value.end(), end);
    *end++ = '"';
    if (is_key) *end++ = ':';
    for (char const c : after) *end++ = c;
    out_.append(piece, static_cast<std::size_t>(end - piece));
    return *this;
  }
  comma();
  append_quoted(out_, value);
  if (is_key) out_ += ':';
  out_.append(after);
  return *this;
}

Writer& Writer::real(double n) {
  if (!std::isfinite(n)) return null();
  // "-0" would be read as the integer 0.
  if (n == 0 && std::signbit(n)) return raw("-0.0");
  comma();
  char digits[32];
  auto const end = std::to_chars(digits, digits + sizeof(digits), n).ptr;
  out_.append(digits, end);
  return *this;
}

}  // namespace carillon::json
