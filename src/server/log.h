// Logs: one JSON object a line on stderr. No token, secret or message text is ever put into one.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace carillon::server {

enum class Level { debug, info, warn, error };

using LogFields = std::initializer_list<std::pair<std::string_view, std::string_view>>;

void set_log_level(std::string_view level);
bool log_enabled(Level level);
// {"time":"...","level":"...","msg":"...",fields...}; any thread.
void log(Level level, std::string_view message, LogFields fields = {});

}  // namespace carillon::server
