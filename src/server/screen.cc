#include "server/screen.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace carillon::server {
namespace {

constexpr std::uint64_t kBarWidth = 28;

std::string_view environment(char const* name) {
  char const* value = std::getenv(name);
  return value == nullptr ? std::string_view{} : std::string_view(value);
}

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

Screen::Screen()
    : live_(isatty(STDOUT_FILENO) == 1 && environment("TERM") != "dumb" &&
            !environment("TERM").empty()),
      colour_(live_ && environment("NO_COLOR").empty()),
      utf8_(language_is_utf8()) {}

void Screen::line(std::string_view text) { print(std::string(text) + "\n"); }

void Screen::heading(std::string_view text) { line("\n" + bold(text)); }

std::string Screen::styled(std::string_view code, std::string_view text) const {
  if (!colour_) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

std::string ProgressBar::text(std::uint64_t done, std::uint64_t total,
                              std::string_view note) const {
  auto const share = percent(done, total);
  std::string out = label_ + "  ";
  if (screen_.live()) {
    auto const filled = share * kBarWidth / 100;
    std::string full;
    std::string rest;
    for (std::uint64_t i = 0; i < filled; ++i) full += screen_.wide_glyphs() ? "█" : "#";
    for (auto i = filled; i < kBarWidth; ++i) rest += screen_.wide_glyphs() ? "░" : ".";
    out += screen_.green(full) + screen_.faint(rest) + "  ";
  }
  out += right_aligned(std::to_string(share), 3) + "%  " + with_commas(done) + " of " +
         with_commas(total);
  if (!note.empty()) out.append("  ").append(note);
  return out;
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
