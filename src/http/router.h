// Routes: which function answers which method and path, and how it wants its body.
//
// Shape   A path is split at '/'; ":name" takes one segment. A trailing slash is accepted on every
//         path and never redirected. One Router serves all dialects: each registers its own
//         routes and, for its prefix, what to answer where no route matches.
// Source  feishu.md 0.7, 5.4: an unknown path and a wrong method are answered alike there; for
//         /api/v1 they are 404 and 405.
//         A segment spelled out wins over a parameter, but only if its route has the method.
// Cost    A lookup allocates only the path parameters.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/body_sink.h"
#include "http/message.h"

namespace carillon::http {

using Handler = std::function<void(Request const&, Reply)>;
// Renders a failure that http itself met on this route: too_large (body over the route's limit),
// bad_json never, overloaded (no room for the body now), internal (the handler threw).
using Failure = std::function<Response(Request const&, Error const&)>;

enum class BodyMode { memory, spool };

struct Route {
  Method method;
  std::string pattern;  // "/open-apis/im/v1/batch_messages/:id/get_progress"
  Handler handler;
  Failure failure;
  std::size_t body_bytes_max = 1 << 20;
  BodyMode body = BodyMode::memory;
  bool asks_before = true;      // Options::before, which is of no use to what shows no state
  bool body_of_delete = false;  // a DELETE that has one; else it is passed over, as RFC 9110 has it
  // With spool: decides on the headers alone (who is calling) and gives the sink, or an error
  // that `failure` renders before any of the body is read.
  std::function<Result<std::unique_ptr<BodySink>>(Request const&)> open_sink;
};

class Router {
 public:
  Router();
  ~Router();

  // Put around the handler of every route added from now on: what watches all of them.
  using Wrap = std::function<Handler(Route const& route, Handler inner)>;
  void wrap(Wrap wrap) { wrap_ = std::move(wrap); }

  // A second route for the same method and path replaces the first.
  void add(Route route);
  // For paths under `prefix` that no route matches. `allowed` lists the methods that the path has,
  // comma-separated, empty if it has none. The longest prefix wins; "/" must be given.
  using Unmatched = std::function<Response(Request const&, std::string_view allowed)>;
  void unmatched(std::string prefix, Unmatched answer);

  struct Match {
    Route const* route = nullptr;
    std::vector<std::string> params;
    Unmatched const* unmatched = nullptr;  // set if route is null
    std::string allowed;
  };
  // HEAD finds the GET route where it has none of its own.
  Match match(Method method, std::string_view path) const;

 private:
  struct Node;
  struct Search;
  Wrap wrap_;
  std::unique_ptr<Node> root_;
  std::vector<std::pair<std::string, Unmatched>> unmatched_;  // longest prefix first
};

}  // namespace carillon::http
