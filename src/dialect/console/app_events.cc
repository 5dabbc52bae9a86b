// GET, PUT and DELETE /api/v1/apps/{app_id}/events: where an app hears what happened, and how that
// goes. Dead letters are in dead_letters.cc.
//
// Shape   PUT calls the URL with a challenge first and keeps the settings only if it is answered
//         as the vendor's receivers do, unless "verify" is false. No key is ever shown.
// Errors  not_found; receiver_failed if the URL does not answer rightly; import_running.

#include <string>
#include <utility>

#include "access/event_settings.h"
#include "core/manage_app.h"
#include "dialect/console/app_json.h"
#include "dialect/console/callers.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "dialect/console/fields.h"
#include "dispatch/event_desk.h"
#include "json/writer.h"

namespace carillon::console {
namespace {

void append_lane(json::Writer& json, Tenant const& tenant, LaneStatus const& lane) {
  json.begin_object()
      .field("tenant_key", tenant.tenant_key)
      .field("waiting", lane.waiting)
      .field("retrying", lane.retrying)
      .field("dead_letters", lane.dead)
      .field("told", lane.tally.told)
      .field("refused", lane.tally.refused)
      .field("given_up", lane.tally.dead)
      .field("dropped", lane.tally.dropped)
      .key("problem");
  lane.problem.empty() ? json.null() : json.string(lane.problem);
  json.end_object();
}

Result<std::string> render_app_events(Context const& context, App const& app) {
  TRY(auto const settings, read_event_settings(context.installation_key, app));
  auto const organisation = context.engine.organisation();
  std::string out;
  json::Writer json(out);
  json.begin_object().key("url");
  settings.url.empty() ? json.null() : json.string(settings.url);
  json.field("encrypted", !settings.encrypt_key.empty());
  json.field("has_verification_token", !settings.verification_token.empty());
  json.field("connections", context.events->connections(app.no));
  json.field("awaits_connection", app.long_connection);
  json.begin_array("tenants");
  for (auto const& directory : organisation->directories) {
    if (!directory) continue;
    auto const& tenant = directory->tenant();
    auto const lane = context.events->status({tenant.no, app.no});
    bool const used = lane.waiting != 0 || lane.dead != 0 || lane.tally != EventTally{};
    if (used || organisation->apps->installed(tenant.no, app.no)) append_lane(json, tenant, lane);
  }
  json.end_array().end_object();
  return out;
}

Result<void> show_app_events(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_operator(context, request));
  TRY(auto const* app, get_app(*caller.organisation, request.params.at(0)));
  TRY(auto out, render_app_events(context, *app));
  answer.json(std::move(out));
  return {};
}

// Writes the settings, then answers with what is in force.
void keep(Context& context, std::string const& app_id, EventSettings const& settings,
          Answer const& answer) {
  App sealed;
  set_event_settings(context.installation_key, settings, sealed);
  EventsPatch patch;
  patch.app_id = app_id;
  patch.sealed = sealed.events_sealed;
  patch.url = sealed.event_url;
  context.engine.write<Nothing>([patch](View& view) { return patch_events(view, patch); },
                                [&context, app_id, answer](Result<Nothing> done) {
                                  if (!done) return answer.fail(done.error());
                                  auto const organisation = context.engine.organisation();
                                  auto const* app = organisation->apps->find(app_id);
                                  context.events->wake(app->no);
                                  auto out = render_app_events(context, *app);
                                  out ? answer.json(*std::move(out)) : answer.fail(out.error());
                                });
}

Result<void> change_app_events(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_operator(context, request));
  TRY(auto const* app, get_app(*caller.organisation, request.params.at(0)));
  TRY(auto const body, parse_body(request, {"url", "encrypt_key", "verification_token", "verify"}));
  auto const root = body.root();
  EventSettings settings;
  TRY(settings.url, get_text(root, "url", kEventUrlBytesMax));
  TRY(auto encrypt_key, find_text(root, "encrypt_key", kEventSecretBytesMax));
  TRY(auto token, find_text(root, "verification_token", kEventSecretBytesMax));
  TRY(auto const verify, find_flag(root, "verify"));
  settings.encrypt_key = std::move(encrypt_key).value_or("");
  settings.verification_token = std::move(token).value_or("");
  if (!settings.url.starts_with("http://") && !settings.url.starts_with("https://")) {
    return fail(Errc::invalid_field, "url must begin with http:// or https://");
  }
  if (!verify.value_or(true)) {
    keep(context, app->app_id, settings, answer);
    return {};
  }
  context.events->verify(settings,
                         [&context, app_id = app->app_id, settings, answer](Result<void> good) {
                           if (!good) return answer.fail(good.error());
                           keep(context, app_id, settings, answer);
                         });
  return {};
}

bool is_connected(Context const& context, Caller const& caller, std::string_view app_id) {
  auto const* const app = caller.organisation->apps->find(app_id);
  return app != nullptr && context.events->connections(app->no) > 0;
}

Result<void> remove_app_events(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_operator(context, request));
  EventsPatch patch;
  patch.app_id = request.params.at(0);
  patch.sealed = "";
  // Whoever fetches their events by a connection goes on with them.
  bool const fetches = is_connected(context, caller, patch.app_id);
  if (!fetches) patch.long_connection = false;
  context.engine.write<Nothing>(
      [patch](View& view) { return patch_events(view, patch); },
      [&context, app_id = patch.app_id, fetches, answer](Result<Nothing> done) {
        if (!done) return answer.fail(done.error());
        if (fetches) return answer.no_content();
        auto const organisation = context.engine.organisation();
        context.events->clear(organisation->apps->find(app_id)->no);
        answer.no_content();
      });
  return {};
}

}  // namespace

void add_app_events(http::Router& router, Context& context) {
  if (context.events == nullptr) return;
  using enum http::Method;
  constexpr char kPath[] = "/api/v1/apps/:app_id/events";
  router.add(make_route(context, get, kPath, show_app_events));
  router.add(make_route(context, put, kPath, change_app_events));
  router.add(make_route(context, delete_, kPath, remove_app_events));
}

}  // namespace carillon::console
