// What the commands show: headings, lines and progress bars on a terminal, plain lines when piped.
//
// Shape   A Screen knows once whether stdout is a terminal; escape codes go there and nowhere else.
//         A ProgressBar draws over its own line; piped, it prints a line at the start, at each
//         tenth part, and at the end.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace carillon::server {

// A variable of the environment; empty if it is not set.
std::string_view environment(char const* name);

class Screen {
 public:
  Screen();  // stdout as it is, and the environment's TERM, NO_COLOR and language

  void line(std::string_view text = {});
  void heading(std::string_view text);
  bool live() const { return live_; }
  std::size_t columns() const;  // of the terminal, as it is now
  bool wide_glyphs() const { return utf8_; }

  // `text` in that manner on a terminal, else as it is.
  std::string bold(std::string_view text) const { return styled("1", text); }
  std::string faint(std::string_view text) const { return styled("2", text); }
  std::string green(std::string_view text) const { return styled("32", text); }
  std::string red(std::string_view text) const { return styled("31", text); }

 private:
  std::string styled(std::string_view code, std::string_view text) const;

  bool live_ = false;
  bool colour_ = false;
  bool utf8_ = false;
};

class ProgressBar {
 public:
  ProgressBar(Screen& screen, std::string label) : screen_(screen), label_(std::move(label)) {}

  // `note` stands behind the numbers. Call it as often as you like.
  void update(std::uint64_t done, std::uint64_t total, std::string_view note = {});
  // Draws the last state and leaves the line.
  void finish(std::uint64_t done, std::uint64_t total, std::string_view note = {});
  // A line of its own in between.
  void say(std::string_view text);

 private:
  std::string text(std::uint64_t done, std::uint64_t total, std::string_view note) const;
  std::string bar(std::uint64_t share, std::size_t width) const;

  Screen& screen_;
  std::string label_;
  std::string drawn_;
  int tenth_ = -1;
};

std::string with_commas(std::uint64_t n);
// Filled up with blanks on the right or the left; `text` is taken to be ASCII.
std::string padded(std::string_view text, std::size_t width);
std::string right_aligned(std::string_view text, std::size_t width);

}  // namespace carillon::server
