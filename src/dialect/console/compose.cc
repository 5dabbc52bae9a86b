// POST /api/v1/audience and POST /api/v1/batches
//
// Shape   The first is a dry run of the second: the same decision, and nothing is written.
// Errors  those of dialect/console/composing.h and of core/send_batch.h.
// Cost    A decision of the writer each; about a millisecond for a million people.

#include <memory>
#include <string>
#include <utility>

#include "dialect/console/callers.h"
#include "dialect/console/composing.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "dialect/console/fields.h"
#include "json/writer.h"

namespace carillon::console {
namespace {

// Of a message that is not written yet only the app's reach counts.
SendRights const& no_rights() {
  static SendRights const rights{{}, {}, {}, false};
  return rights;
}

std::string render_batch_preview(BatchPreview const& preview) {
  std::string out;
  json::Writer json(out);
  json.begin_object()
      .field("named", preview.named)
      .field("valid", preview.valid)
      .field("deliverable", preview.deliverable)
      .begin_object("excluded")
      .field("not_available_to_app", preview.unavailable);
  for (std::size_t rule = 0; rule < kFlowRules; ++rule) {
    json.field(name_of(static_cast<FlowRule>(rule)), preview.withheld[rule]);
  }
  json.end_object().begin_object("invalid");
  json.texts("department_ids", preview.invalid.department_ids);
  json.texts("user_ids", preview.invalid.user_ids);
  json.end_object().end_object();
  return out;
}

Result<void> preview(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_operator_or_app(context, request));
  TRY(auto const body,
      parse_body(request, {"app_id", "tenant_key", "audience", "msg_type", "content"}));
  TRY(auto command, read_command(caller, body.root()));
  TRY(auto const draft, read_draft(body.root()));
  auto const* rights = &no_rights();
  if (!draft.content.empty()) {
    TRY(auto const* rules, apply_rules(context.content_rules, *caller.organisation, command,
                                       draft.msg_type, draft.content));
    rights = &rules->rights();
  }
  context.engine.write<BatchPreview>(
      [command = std::move(command), rights](View& view) {
        return preview_batch(view, command, *rights);
      },
      [answer](Result<BatchPreview> found) {
        if (!found) return answer.fail(found.error());
        answer.json(render_batch_preview(*found));
      });
  return {};
}

Result<void> create_batch(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_operator_or_app(context, request));
  TRY(auto const body,
      parse_body(request, {"app_id", "tenant_key", "audience", "msg_type", "content", "send_at"}));
  TRY(auto command, read_command(caller, body.root()));
  TRY(auto draft, read_draft(body.root()));
  if (draft.content.empty()) return fail(Errc::invalid_field, "msg_type and content are missing");
  TRY(command.send_at, read_send_at(context, body.root()));
  CHECK_OK(read_key(command, request, "console POST /api/v1/batches"));
  return send(context, *caller.organisation, std::move(command), std::move(draft), answer);
}

}  // namespace

void add_compose(http::Router& router, Context& context) {
  using enum http::Method;
  router.add(make_route(context, post, "/api/v1/audience", preview));
  router.add(make_route(context, post, "/api/v1/batches", create_batch));
}

}  // namespace carillon::console
