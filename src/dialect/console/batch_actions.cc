// POST /api/v1/batches/{id}/recall, /pause, /resume and /cancel
//
// Shape   All answer with the batch's progress right after; repeating one changes nothing.
// Errors  recall_too_late for an app past its tenant's recall hours (not for the operator);
//         batch_state where the batch is not in a state that allows it; forbidden if an app resumes
//         what waits because this is a started copy of a backup.

#include <chrono>
#include <utility>

#include "core/recall_batch.h"
#include "core/steer_batch.h"
#include "dialect/console/batch_json.h"
#include "dialect/console/callers.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "dialect/console/ids.h"

namespace carillon::console {
namespace {

using Decide = std::function<Result<Decided<Nothing>>(View&)>;
using MakeDecision = Decide (*)(Context const&, Caller const&, BatchKey const&);

std::chrono::hours callers_window(Context const& context, Caller const& caller) {
  if (caller.kind == CallerKind::the_operator) return std::chrono::hours(0);
  return recall_window(context.settings.recall_hours,
                       caller.organisation->find(caller.tenant)->tenant());
}

Decide recall(Context const& context, Caller const& caller, BatchKey const& key) {
  RecallBatch const command{key, callers_window(context, caller)};
  return [command](View& view) { return recall_batch(view, command); };
}

Decide pause(Context const&, Caller const&, BatchKey const& key) {
  return [key](View& view) { return pause_batch(view, key); };
}

Decide resume(Context const&, Caller const& caller, BatchKey const& key) {
  ResumeBatch const command{key, caller.kind == CallerKind::the_operator};
  return [command](View& view) { return resume_batch(view, command); };
}

Decide cancel(Context const&, Caller const&, BatchKey const& key) {
  return [key](View& view) { return cancel_batch(view, key); };
}

Endpoint steer(MakeDecision make) {
  return [make](Context& context, http::Request const& request, Answer answer) -> Result<void> {
    TRY(auto const caller, require_operator_or_app(context, request));
    TRY(auto const record, find_visible_batch(context.engine, caller, request.params.at(0)));
    context.engine.write<Nothing>(
        make(context, caller, record.key),
        [&context, key = record.key, answer](Result<Nothing> done) {
          if (!done) return answer.fail(done.error());
          auto const now = context.engine.find_batch(key);
          if (!now) return answer.fail(fail(Errc::batch_unknown));
          answer.json(render_progress(context.engine.ids(), *context.engine.organisation(), *now));
        });
    return {};
  };
}

}  // namespace

void add_batch_actions(http::Router& router, Context& context) {
  using enum http::Method;
  router.add(make_route(context, post, "/api/v1/batches/:id/recall", steer(recall)));
  router.add(make_route(context, post, "/api/v1/batches/:id/pause", steer(pause)));
  router.add(make_route(context, post, "/api/v1/batches/:id/resume", steer(resume)));
  router.add(make_route(context, post, "/api/v1/batches/:id/cancel", steer(cancel)));
}

}  // namespace carillon::console
