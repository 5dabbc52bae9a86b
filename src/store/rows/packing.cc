#include "store/rows/packing.h"

#include <algorithm>
#include <array>
#include <optional>

namespace carillon::rows {
namespace {

constexpr std::size_t kHexDigits = 32;
constexpr std::uint64_t kHexMark = 0;  // in the place of a length; an id is never empty

constexpr std::array<std::int16_t, 256> kDigitValue = [] {
  std::array<std::int16_t, 256> values{};
  values.fill(-1);
  for (int i = 0; i < 10; ++i) values['0' + i] = static_cast<std::int16_t>(i);
  for (int i = 0; i < 6; ++i) values['a' + i] = static_cast<std::int16_t>(10 + i);
  return values;
}();

std::optional<std::array<char, kHexDigits / 2>> read_hex(std::string_view digits) {
  std::array<char, kHexDigits / 2> out;
  int seen = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    int const high = kDigitValue[static_cast<std::uint8_t>(digits[2 * i])];
    int const low = kDigitValue[static_cast<std::uint8_t>(digits[2 * i + 1])];
    seen |= high | low;
    out[i] = static_cast<char>(high * 16 + low);
  }
  if (seen < 0) return std::nullopt;
  return out;
}

}  // namespace

std::uint64_t Unpacker::long_number() {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (at_ == end_) break;
    auto const byte = static_cast<std::uint8_t>(*at_++);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  damaged();
  return 0;
}

std::string_view Unpacker::raw(std::uint64_t size) {
  if (size > static_cast<std::uint64_t>(end_ - at_)) {
    damaged();
    return {};
  }
  std::string_view const out(at_, size);
  at_ += size;
  return out;
}

std::uint64_t Unpacker::count() {
  auto const n = number();
  if (n <= static_cast<std::uint64_t>(end_ - at_)) return n;
  damaged();
  return 0;
}

void pack_hex_id(Packer& out, std::string_view prefix, std::string_view id) {
  if (id.size() == prefix.size() + kHexDigits && id.starts_with(prefix)) {
    if (auto const bytes = read_hex(id.substr(prefix.size()))) {
      out.number(kHexMark);
      out.raw({bytes->data(), bytes->size()});
      return;
    }
  }
  out.number(id.size() + 1);
  out.raw(id);
}

void unpack_hex_id(Unpacker& in, std::string_view prefix, std::string& out) {
  auto const mark = in.number();
  if (mark != kHexMark) {
    out = in.raw(mark - 1);
    return;
  }
  constexpr char kDigits[] = "0123456789abcdef";
  out.resize(prefix.size() + kHexDigits);
  auto digit = std::copy(prefix.begin(), prefix.end(), out.begin());
  for (char const c : in.raw(kHexDigits / 2)) {
    *digit++ = kDigits[static_cast<std::uint8_t>(c) >> 4];
    *digit++ = kDigits[static_cast<std::uint8_t>(c) & 15];
  }
}

}  // namespace carillon::rows
