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

void append_time(json::Writer& json, std::string_view name, Time at) {
  json.key(name);
  if (at == Time{}) {
    json.null();
  } else {
    json.string(iso_time(at));
  }
}

}  // namespace carillon::console
