// GET /api/v1/batches/{id}/events?follow=: a batch's progress as it moves.
//
// Shape   An EventSource comes back by itself when a stream ends. With the Last-Event-ID of a batch
//         that is done it gets 204, which tells it to stop.
// Errors  The token is asked again with every look at the batch: a withdrawn one ends the stream.

#include <memory>
#include <string>
#include <utility>

#include "dialect/console/batch_json.h"
#include "dialect/console/callers.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "dialect/console/fields.h"
#include "dialect/console/ids.h"
#include "dialect/console/progress_stream.h"

namespace carillon::console {
namespace {

Result<StreamEnd> read_end(http::Request const& request) {
  auto const follow = request.query_param("follow");
  if (follow.empty() || follow == "0" || follow == "false") return StreamEnd::when_done;
  if (follow == "1" || follow == "true") return StreamEnd::follow;
  return fail(Errc::invalid_field, "follow must be 1 or 0");
}

Result<void> stream_events(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_operator_or_app(context, request));
  TRY(auto const record, find_visible_batch(context.engine, caller, request.params.at(0)));
  TRY(auto const end, read_end(request));
  auto const seen = parse_number(request.header("Last-Event-ID")).value_or(0);
  if (record.finished() && record.revision == seen && end == StreamEnd::when_done) {
    answer.no_content();
    return {};
  }
  auto find = [&context, key = record.key,
               credentials = read_credentials(context, request)]() -> std::optional<BatchRecord> {
    if (!find_caller(context, credentials)) return std::nullopt;
    return context.engine.find_batch(key);
  };
  auto render = [&context](BatchRecord const& now) {
    return render_progress(context.engine.ids(), *context.engine.organisation(), now);
  };
  http::Response response;
  response.content_type = "text/event-stream";
  response.stream = std::make_unique<ProgressStream>(std::move(find), std::move(render), end,
                                                     static_cast<std::uint32_t>(seen));
  answer.send(std::move(response));
  return {};
}

}  // namespace

void add_batch_events(http::Router& router, Context& context) {
  router.add(make_route(context, http::Method::get, "/api/v1/batches/:id/events", stream_events));
}

}  // namespace carillon::console
