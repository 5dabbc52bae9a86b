#include "server/log.h"

#include <chrono>
#include <memory>
#include <string>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "json/writer.h"

namespace carillon::server {
namespace {

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warn:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

spdlog::logger& logger() {
  static auto const made = [] {
    auto out = std::make_shared<spdlog::logger>("carillon",
                                                std::make_shared<spdlog::sinks::stderr_sink_mt>());
    // %v is the inside of the object, made by log(); the rest needs no escaping.
    out->set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})",
                     spdlog::pattern_time_type::utc);
    out->flush_on(spdlog::level::debug);
    return out;
  }();
  return *made;
}

}  // namespace

void set_log_level(std::string_view level) {
  logger().set_level(spdlog::level::from_str(std::string(level)));
}

bool log_enabled(Level level) { return logger().should_log(spdlog_level(level)); }

void log(Level level, std::string_view message, LogFields fields) {
  if (!log_enabled(level)) return;
  std::string line = "\"msg\":";
  json::append_quoted(line, message);
  for (auto const& [name, value] : fields) {
    line += ",\"";
    line += name;
    line += "\":";
    json::append_quoted(line, value);
  }
  logger().log(spdlog_level(level), line);
}

}  // namespace carillon::server
