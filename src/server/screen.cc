#include "server/screen.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <sys/ioctl.h>
#include <unistd.h>

namespace carillon::server {
namespace {

constexpr std::size_t kBarWidth = 28;
constexpr std::size_t kBarWidthLeast = 8;
constexpr std::size_t kUsualColumns = 80;

bool language_is_utf8() {
  for (char const* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    auto const value = environment(name);
    if (value.empty()) continue;
    return value.find("UTF-8") != std::string_view::npos ||
           value.find("utf8") != std::string_view::npos;
  }
  return false;
}

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

// Rounded down, so that 100 means all; nothing to do counts as done.
std::uint64_t percent(std::uint64_t done, std::uint64_t total) {
  return total == 0 ? 100 : std::min(done, total) * 100 / total;
}

}  // namespace

std::string_view environment(char const* name) {
  char const* value = std::getenv(name);
  return value == nullptr ? std::string_view{} : std::string_view(value);
}

Screen::Screen()
    : live_(isatty(STDOUT_FILENO) == 1 && environment("TERM") != "dumb" &&
            !environment("TERM").empty()),
      colour_(live_ && environment("NO_COLOR").empty()),
      utf8_(language_is_utf8()) {}

std::size_t Screen::columns() const {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsualColumns;
  return size.ws_col;
}

void Screen::line(std::string_view text) { print(std::string(text) + "\n"); }

void Screen::heading(std::string_view text) { line("\n" + bold(text)); }

std::string Screen::styled(std::string_view code, std::string_view text) const {
  if (!colour_) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

std::string ProgressBar::bar(std::uint64_t share, std::size_t width) const {
  auto const filled = static_cast<std::size_t>(share) * width / 100;
  std::string full;
  std::string rest;
  for (std::size_t i = 0; i < filled; ++i) full += screen_.wide_glyphs() ? "█" : "#";
  for (auto i = filled; i < width; ++i) rest += screen_.wide_glyphs() ? "░" : ".";
  return screen_.green(full) + screen_.faint(rest) + "  ";
}

std::string ProgressBar::text(std::uint64_t done, std::uint64_t total,
                              std::string_view note) const {
  auto const share = percent(done, total);
  auto const head = label_ + "  ";
  auto numbers = right_aligned(std::to_string(share), 3) + "%  " + with_commas(done) + " of " +
                 with_commas(total);
  auto const with_note = note.empty() ? numbers : numbers + "  " + std::string(note);
  if (!screen_.live()) return head + with_note;
  // It must stay on one line to be drawn over: first the bar becomes shorter, then the note goes.
  auto const columns = screen_.columns() - 1;
  auto const room = [&](std::string const& text) {
    auto const taken = head.size() + text.size() + 2;
    return columns > taken ? columns - taken : 0;
  };
  if (room(with_note) >= kBarWidthLeast) numbers = with_note;
  auto const width = std::min(room(numbers), kBarWidth);
  return width < kBarWidthLeast ? head + numbers : head + bar(share, width) + numbers;
}

void ProgressBar::update(std::uint64_t done, std::uint64_t total, std::string_view note) {
  if (screen_.live()) {
    auto now = text(done, total, note);
    if (now == drawn_) return;
    drawn_ = std::move(now);
    print("\r" + drawn_ + "\x1b[K");
    return;
  }
  auto const tenth = static_cast<int>(percent(done, total) / 10);
  if (tenth <= tenth_ || tenth == 10) return;  // the last line is finish()'s
  tenth_ = tenth;
  screen_.line(text(done, total, note));
}

void ProgressBar::finish(std::uint64_t done, std::uint64_t total, std::string_view note) {
  auto const last = text(done, total, note);
  if (screen_.live()) {
    print("\r" + last + "\x1b[K\n");
  } else {
    screen_.line(last);
  }
  drawn_.clear();
  tenth_ = -1;
}

void ProgressBar::say(std::string_view words) {
  if (screen_.live()) print("\r\x1b[K");
  screen_.line(words);
  if (screen_.live()) print(drawn_);
}

std::string with_commas(std::uint64_t n) {
  auto out = std::to_string(n);
  for (auto at = static_cast<int>(out.size()) - 3; at > 0; at -= 3) {
    out.insert(static_cast<std::size_t>(at), ",");
  }
  return out;
}

std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  if (out.size() < width) out.resize(width, ' ');
  return out;
}

std::string right_aligned(std::string_view text, std::size_t width) {
  return std::string(text.size() < width ? width - text.size() : 0, ' ') + std::string(text);
}

}  // namespace carillon::server
