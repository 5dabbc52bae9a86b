// POST /api/v1/batches/{id}/remind: a new batch to whoever has this one and did not read it.
//
// Shape   The unread are found in the decision that accepts the new batch. The same content unless
//         the body brings another.
// Errors  receipts_hidden if the app's policy does not tell how many read; batch_state if the batch
//         was taken back; those of core/send_batch.h.

#include <string>
#include <utility>

#include "dialect/console/callers.h"
#include "dialect/console/composing.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "dialect/console/fields.h"
#include "dialect/console/ids.h"

namespace carillon::console {
namespace {

Result<void> remind(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_operator_or_app(context, request));
  TRY(auto const record, find_visible_batch(context.engine, caller, request.params.at(0)));
  TRY(auto const body, parse_body(request, {"msg_type", "content"}, EmptyBody::is_an_object));
  TRY(auto draft, read_draft(body.root()));
  auto const* app = caller.organisation->apps->find(record.app);
  if (app != nullptr && app->receipts == ReceiptPolicy::off) return fail(Errc::receipts_hidden);
  SendBatch command;
  command.tenant = record.key.tenant;
  command.app = record.app;
  command.reminds = record.key.batch;
  CHECK_OK(read_key(command, request,
                    "console POST " + batch_id(context.engine.ids(), record) + "/remind"));
  if (!draft.content.empty()) {
    return send(context, *caller.organisation, std::move(command), std::move(draft), answer);
  }
  return read_and_answer(
      context, answer,
      [&context, organisation = caller.organisation, command = std::move(command),
       answer](Reader& reader) -> Result<void> {
        TRY(auto stored, reader.find_batch({command.tenant, command.reminds}));
        if (!stored) return fail(Errc::batch_unknown);
        Draft same{std::move(stored->content.msg_type), std::move(stored->content.json)};
        return send(context, *organisation, command, std::move(same), answer);
      });
}

}  // namespace

void add_reminders(http::Router& router, Context& context) {
  router.add(make_route(context, http::Method::post, "/api/v1/batches/:id/remind", remind));
}

}  // namespace carillon::console
