#include "access/quota.h"

#include <mutex>
#include <stdexcept>
#include <unordered_map>

#include <date/tz.h>

#include "access/day_begin.h"

namespace carillon {
namespace {

// Looking a zone up reads files the first time and takes a lock each time: kept per name.
date::time_zone const* find_zone(std::string const& name) {
  static std::mutex mutex;
  static std::unordered_map<std::string, date::time_zone const*> known;
  std::lock_guard const lock(mutex);
  auto const [at, is_new] = known.try_emplace(name, nullptr);
  if (is_new) {
    try {
      at->second = date::locate_zone(name);
    } catch (std::runtime_error const&) {  // unknown zone, or no tzdata on this machine
    }
  }
  return at->second;
}

}  // namespace

Day day_of(Time at, std::string const& timezone) {
  auto offset = std::chrono::seconds(std::chrono::hours(8));
  if (auto const* zone = find_zone(timezone)) offset = zone->get_info(at).offset;
  return static_cast<Day>(
      std::chrono::floor<std::chrono::days>(at + offset).time_since_epoch().count());
}

Time day_begin(Day day, std::string const& timezone) {
  auto const* zone = find_zone(timezone);
  if (zone == nullptr) return Time(std::chrono::days(day)) - std::chrono::hours(8);
  // Where midnight is skipped or comes twice, the first instant of the day counts.
  date::local_days const local{date::days(day)};
  return Time(std::chrono::duration_cast<std::chrono::milliseconds>(
      zone->to_sys(local, date::choose::earliest).time_since_epoch()));
}

bool is_timezone(std::string const& name) { return find_zone(name) != nullptr; }

}  // namespace carillon
