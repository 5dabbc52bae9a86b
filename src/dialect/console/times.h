// Instants as our API prints them: "2026-01-02T03:04:05.678Z".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "json/writer.h"

namespace carillon::console {

std::string iso_time(Time at);
// RFC 3339, with any offset; nothing if it is not one.
std::optional<Time> parse_time(std::string_view text);
// As a member; Time{} is null.
void append_time(json::Writer& json, std::string_view name, Time at);

}  // namespace carillon::console
