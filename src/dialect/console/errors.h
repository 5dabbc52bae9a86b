// What a failure is called in our own API: the HTTP status, a stable slug and a title.
//
// Shape   Bodies are RFC 9457 problems: {"type":"urn:carillon:problem:<slug>","title","status",
//         "detail","instance"}; instance is the log id of the call. An import that was refused
//         adds "problems", one line of its text each.
// Source  openapi.json lists which operation answers with which status. A foreign batch is told
//         exactly as one that does not exist (I7).
// Cost    Pure; slugs and titles are literals.
#pragma once

#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace carillon::console {

struct Problem {
  int status;
  std::string_view slug;
  std::string_view title;

  friend bool operator==(Problem const&, Problem const&) = default;
};

Problem problem_of(Errc code);
// Failures of our own may speak of the store and its files, which is nobody's business outside:
// their detail is not told to callers.
bool is_private(Errc code);

http::Response problem_response(Error const& error, std::string_view log_id);
// A known path with another method; `allowed` is what the Allow header says.
http::Response method_not_allowed(std::string_view allowed, std::string_view log_id);

// The server is up but should get no calls now; unlike other failures of ours it says why.
http::Response not_ready(std::string_view reason, std::string_view log_id);

}  // namespace carillon::console
