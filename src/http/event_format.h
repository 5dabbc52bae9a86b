// Server-Sent Events as bytes, for those who implement EventStream.
#pragma once

#include <string>
#include <string_view>

namespace carillon::http {

// "event: NAME\ndata: LINE\n...\n\n"; `name` empty leaves its line out. Data of several lines
// becomes several data fields, which the browser joins again.
inline void append_event(std::string& out, std::string_view name, std::string_view data) {
  if (!name.empty()) out.append("event: ").append(name).append("\n");
  for (;;) {
    auto const end = data.find('\n');
    out.append("data: ").append(data.substr(0, end)).append("\n");
    if (end == std::string_view::npos) break;
    data.remove_prefix(end + 1);
  }
  out.append("\n");
}

}  // namespace carillon::http
