// GET /healthz, /readyz, /metrics: for whoever runs the server; they need no token.
//
// Shape   /readyz?duty=events is for a load balancer in front of several servers: only the one that
//         tells events is ready for it, and stays so until it has handed the duty over.
// Errors  /readyz answers 503 with the reason.

#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "dialect/console/errors.h"

namespace carillon::console {
namespace {

Result<void> healthz(Context&, http::Request const&, Answer answer) {
  answer.json(R"({"status":"ok"})");
  return {};
}

Result<void> readyz(Context& context, http::Request const& request, Answer answer) {
  bool const for_events = request.query_param("duty") == "events";
  if (for_events && !context.engine.tells_events()) {
    answer.send(not_ready("another server tells the events", request.log_id));
  } else if (!for_events && context.retiring()) {
    answer.send(not_ready("the server is about to stop", request.log_id));
  } else if (auto const ready = context.ready(); ready) {
    answer.json(R"({"status":"ready"})");
  } else {
    answer.send(not_ready(ready.error().detail, request.log_id));
  }
  return {};
}

Result<void> metrics(Context& context, http::Request const&, Answer answer) {
  http::Response response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = context.metrics();
  answer.send(std::move(response));
  return {};
}

}  // namespace

void add_health(http::Router& router, Context& context) {
  auto const add = [&](std::string path, Endpoint endpoint) {
    auto route = make_route(context, http::Method::get, std::move(path), std::move(endpoint));
    route.asks_before = false;  // what they tell is this server's, and they answer in any case
    router.add(std::move(route));
  };
  add("/healthz", healthz);
  add("/readyz", readyz);
  add("/metrics", metrics);
}

}  // namespace carillon::console
