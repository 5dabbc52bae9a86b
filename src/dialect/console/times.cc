#include "dialect/console/times.h"

#include <chrono>
#include <cstdio>

namespace carillon::console {

std::string iso_time(Time at) {
  auto const day = std::chrono::floor<std::chrono::days>(at);
  std::chrono::year_month_day const date(day);
  std::chrono::hh_mm_ss const time(at - day);
  char text[40];
  auto const n = std::snprintf(
      text, sizeof(text), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
      static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
  return {text, static_cast<std::size_t>(n)};
}

namespace {

// `width` digits at the beginning of the text, which is shortened by them.
std::optional<int> take_digits(std::string_view& text, std::size_t width) {
  if (text.size() < width) return std::nullopt;
  int n = 0;
  for (char const c : text.substr(0, width)) {
    if (c < '0' || c > '9') return std::nullopt;
    n = n * 10 + (c - '0');
  }
  text.remove_prefix(width);
  return n;
}

// Digits with a letter or sign before them; a value over `most` is none.
std::optional<int> take_part(std::string_view& text, char before, int most) {
  if (!text.starts_with(before) && !(before == 'T' && text.starts_with('t'))) return std::nullopt;
  text.remove_prefix(1);
  auto const n = take_digits(text, 2);
  return n && *n <= most ? n : std::nullopt;
}

std::optional<std::chrono::milliseconds> take_fraction(std::string_view& text) {
  if (!text.starts_with('.')) return std::chrono::milliseconds(0);
  text.remove_prefix(1);
  int ms = 0;
  std::size_t digits = 0;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1)) {
    if (digits++ < 3) ms = ms * 10 + (text.front() - '0');
  }
  if (digits == 0) return std::nullopt;
  for (auto n = digits; n < 3; ++n) ms *= 10;
  return std::chrono::milliseconds(ms);
}

std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
  if (text.starts_with('Z') || text.starts_with('z')) {
    text.remove_prefix(1);
    return std::chrono::minutes(0);
  }
  bool const west = text.starts_with('-');
  auto const hours = take_part(text, west ? '-' : '+', 23);
  if (!hours) return std::nullopt;
  auto const minutes = take_part(text, ':', 59);
  if (!minutes) return std::nullopt;
  std::chrono::minutes const offset(*hours * 60 + *minutes);
  return west ? -offset : offset;
}

}  // namespace

std::optional<Time> parse_time(std::string_view text) {
  auto const year = take_digits(text, 4);
  auto const month = year ? take_part(text, '-', 12) : std::nullopt;
  auto const day = month ? take_part(text, '-', 31) : std::nullopt;
  auto const hour = day ? take_part(text, 'T', 23) : std::nullopt;
  auto const minute = hour ? take_part(text, ':', 59) : std::nullopt;
  auto const second = minute ? take_part(text, ':', 60) : std::nullopt;
  auto const fraction = second ? take_fraction(text) : std::nullopt;
  auto const offset = fraction ? take_offset(text) : std::nullopt;
  if (!offset || !text.empty()) return std::nullopt;
  std::chrono::year_month_day const date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return Time(std::chrono::sys_days(date)) + std::chrono::hours(*hour) +
         std::chrono::minutes(*minute) + std::chrono::seconds(*second) + *fraction - *offset;
}

void append_time(json::Writer& json, std::string_view name, Time at) {
  json.key(name);
  if (at == Time{}) {
    json.null();
  } else {
    json.string(iso_time(at));
  }
}

}  // namespace carillon::console
