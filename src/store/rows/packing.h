// Small values packed into one blob of a row: numbers as LEB128, text with its length before it.
// Every store packs its rows so, with the functions of this folder; SQL is each store's own.
//
// Shape   A row that is read a million times at start (a user, a batch) costs one column so, and
//         not one a field; measured, that halves the time of a restart.
// Errors  An Unpacker may be given any bytes: past the end it answers zeros, and ok() tells.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace carillon::rows {

class Packer {
 public:
  void number(std::uint64_t value) {
    while (value >= 0x80) {
      bytes_.push_back(static_cast<char>(value | 0x80));
      value >>= 7;
    }
    bytes_.push_back(static_cast<char>(value));
  }
  // Small negative numbers stay small.
  void signed_number(std::int64_t value) {
    number(static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63));
  }
  void text(std::string_view value) {
    number(value.size());
    bytes_.append(value);
  }
  void raw(std::string_view value) { bytes_.append(value); }

  std::string_view bytes() const { return bytes_; }
  std::string take() { return std::move(bytes_); }
  void reserve(std::size_t bytes) { bytes_.reserve(bytes); }
  std::size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }
  void clear() { bytes_.clear(); }

 private:
  std::string bytes_;
};

class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : at_(bytes.data()), end_(at_ + bytes.size()) {}

  std::uint64_t number() {
    if (at_ < end_ && static_cast<std::uint8_t>(*at_) < 0x80) {
      return static_cast<std::uint8_t>(*at_++);
    }
    return long_number();
  }
  std::uint32_t number32() { return static_cast<std::uint32_t>(number()); }
  std::int64_t signed_number() {
    auto const value = number();
    return static_cast<std::int64_t>(value >> 1 ^ (~(value & 1) + 1));
  }
  std::string_view text() { return raw(number()); }
  std::string_view raw(std::uint64_t size);
  // The number of things that follow, each of at least one byte.
  std::uint64_t count();

  bool at_end() const { return at_ == end_; }
  bool ok() const { return ok_; }

 private:
  std::uint64_t long_number();
  void damaged() {
    ok_ = false;
    at_ = end_;
  }

  char const* at_;
  char const* end_;
  bool ok_ = true;
};

// "ou_" and 32 lower-case hex digits take 17 bytes; any other text is kept as it is.
void pack_hex_id(Packer& out, std::string_view prefix, std::string_view id);
void unpack_hex_id(Unpacker& in, std::string_view prefix, std::string& out);

}  // namespace carillon::rows
