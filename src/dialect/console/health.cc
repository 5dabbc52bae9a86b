// GET /healthz, /readyz, /metrics: for whoever runs the server; they need no token.
//
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
  if (auto const ready = context.ready(); ready) {
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
  router.add(make_route(context, http::Method::get, "/healthz", healthz));
  router.add(make_route(context, http::Method::get, "/readyz", readyz));
  router.add(make_route(context, http::Method::get, "/metrics", metrics));
}

}  // namespace carillon::console
