// POST /api/v1/batches/{id}/recall and POST /api/v1/batches/{id}/resume
//
// Shape   Both answer with the batch's progress right after; repeating a recall changes nothing.
// Errors  recall_too_late for an app past its tenant's recall hours (not for the operator);
//         batch_state if a batch that is to be resumed is not paused.

#include <chrono>
#include <utility>

#include "core/recall_batch.h"
#include "dialect/console/batch_json.h"
#include "dialect/console/callers.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "dialect/console/ids.h"

namespace carillon::console {
namespace {

std::function<void(Result<Nothing>)> answer_progress(Context& context, BatchKey key,
                                                     Answer answer) {
  return [&context, key, answer = std::move(answer)](Result<Nothing> done) {
    if (!done) return answer.fail(done.error());
    auto const record = context.engine.find_batch(key);
    if (!record) return answer.fail(fail(Errc::batch_unknown));
    answer.json(render_progress(context.engine.ids(), *context.engine.organisation(), *record));
  };
}

std::chrono::hours callers_window(Context const& context, Caller const& caller) {
  if (caller.kind == CallerKind::the_operator) return std::chrono::hours(0);
  return recall_window(context.settings.recall_hours,
                       caller.organisation->find(caller.tenant)->tenant());
}

Result<void> recall(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_operator_or_app(context, request));
  TRY(auto const record, find_visible_batch(context.engine, caller, request.params.at(0)));
  RecallBatch const command{record.key, callers_window(context, caller)};
  context.engine.write<Nothing>([command](View& view) { return recall_batch(view, command); },
                                answer_progress(context, record.key, std::move(answer)));
  return {};
}

Result<void> resume(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_operator(context, request));
  TRY(auto const record, find_visible_batch(context.engine, caller, request.params.at(0)));
  context.engine.write<Nothing>([key = record.key](View& view) { return resume_batch(view, key); },
                                answer_progress(context, record.key, std::move(answer)));
  return {};
}

}  // namespace

void add_batch_actions(http::Router& router, Context& context) {
  router.add(make_route(context, http::Method::post, "/api/v1/batches/:id/recall", recall));
  router.add(make_route(context, http::Method::post, "/api/v1/batches/:id/resume", resume));
}

}  // namespace carillon::console
