#include "store/postgres/values.h"

namespace carillon::postgres {
namespace {

constexpr std::size_t kArrayHeader = 20;

template <class Number>
void put(std::string& out, std::size_t at, Number number) {
  for (std::size_t i = sizeof(Number); i-- > 0; number >>= 8) {
    out[at + i] = static_cast<char>(number & 0xff);
  }
}

template <class Number>
void append(std::string& out, Number number) {
  out.resize(out.size() + sizeof(Number));
  put(out, out.size() - sizeof(Number), number);
}

}  // namespace

Value value_of(std::string_view bytes) { return {Type::bytes, std::string(bytes), false}; }

Value value_of(std::int64_t number) {
  Value out;
  append(out.bytes, static_cast<std::uint64_t>(number));
  return out;
}

Column::Column(Type type) : type_(type), bytes_(kArrayHeader, '\0') {}

Column& Column::add_number(std::int64_t number) {
  append(bytes_, std::uint32_t{sizeof number});
  append(bytes_, static_cast<std::uint64_t>(number));
  ++size_;
  return *this;
}

Column& Column::add(std::string_view bytes) {
  append(bytes_, static_cast<std::uint32_t>(bytes.size()));
  bytes_.append(bytes);
  ++size_;
  return *this;
}

Column& Column::add_null() {
  append(bytes_, UINT32_MAX);
  ++size_;
  return *this;
}

// Dimensions, whether there are NULLs (a hint that the server checks itself), type of the elements,
// their number, and the index of the first.
Value Column::take() && {
  auto const element = type_ == Type::numbers ? Type::number : Type::bytes;
  put(bytes_, 0, std::uint32_t{1});
  put(bytes_, 4, std::uint32_t{1});
  put(bytes_, 8, static_cast<std::uint32_t>(element));
  put(bytes_, 12, size_);
  put(bytes_, 16, std::uint32_t{1});
  return {type_, std::move(bytes_), false};
}

std::int64_t Row::integer(int column) const {
  std::uint64_t value = 0;
  auto const bytes = this->bytes(column);
  for (char const byte : bytes) value = value << 8 | static_cast<std::uint8_t>(byte);
  if (bytes.size() == 4) return static_cast<std::int32_t>(value);
  return static_cast<std::int64_t>(value);
}

}  // namespace carillon::postgres
