// A file read from front to back through one buffer, with its line numbers.
//
// Errors  A read error looks like the end of the file; failed() tells them apart.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace carillon {

class ByteReader {
 public:
  static constexpr int kEnd = -1;

  static Result<ByteReader> open(std::string const& path);

  int peek() {
    if (at_ == end_ && !fill()) return kEnd;
    return static_cast<unsigned char>(*at_);
  }
  int get() {
    if (at_ == end_ && !fill()) return kEnd;
    auto const c = static_cast<unsigned char>(*at_++);
    if (c == '\n') ++line_;
    return c;
  }
  // The bytes at hand without reading on; take(n) moves past the first n of them. Faster than
  // get() for long runs; take() counts no lines, so runs hold no line feeds.
  std::string_view at_hand() {
    if (at_ == end_) fill();
    return {at_, static_cast<std::size_t>(end_ - at_)};
  }
  void take(std::size_t n) { at_ += n; }

  // The next line without its line feed (or carriage return and line feed); false at the end or
  // if it is longer than bytes_max, then up to there.
  bool read_line(std::string& out, std::size_t bytes_max);

  std::uint64_t line() const { return line_; }  // of the next byte, from 1
  bool failed() const { return std::ferror(file_.get()) != 0; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  bool fill();

  std::unique_ptr<std::FILE, Close> file_;
  std::vector<char> buffer_;
  char const* at_ = nullptr;
  char const* end_ = nullptr;
  std::uint64_t line_ = 1;
};

}  // namespace carillon
