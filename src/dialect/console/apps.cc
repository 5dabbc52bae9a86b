// GET, POST /api/v1/apps and GET, PATCH, DELETE /api/v1/apps/{app_id}: the operator's apps.
//
// Shape   A created app's secret is shown in that answer and never again; it is a custom app,
//         installed in its tenant. PATCH changes the members that are given.
// Errors  not_found (also: deleted), already_exists (deleted apps keep their id), import_running.

#include <string>
#include <utility>

#include "access/address.h"
#include "access/secret.h"
#include "core/manage_app.h"
#include "dialect/console/app_json.h"
#include "dialect/console/callers.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "dialect/console/fields.h"
#include "dialect/console/new_secret.h"

namespace carillon::console {
namespace {

constexpr std::size_t kScopeBytesMax = 128;

std::string render_app(Context const& context, App const& app) {
  std::string out;
  json::Writer json(out);
  append_app(json, *context.engine.organisation(), app);
  return out;
}

Result<void> list_apps(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_operator(context, request));
  std::string out;
  json::Writer json(out);
  json.begin_object().begin_array("apps");
  for (auto const& app : caller.organisation->apps->apps()) {
    if (app.no && !app.deleted) append_app(json, *caller.organisation, app);
  }
  json.end_array().end_object();
  answer.json(std::move(out));
  return {};
}

Result<void> show_app(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_operator(context, request));
  TRY(auto const* app, get_app(*caller.organisation, request.params.at(0)));
  answer.json(render_app(context, *app));
  return {};
}

Result<void> create_custom_app(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_operator(context, request));
  TRY(auto const body,
      parse_body(request, {"tenant_key", "app_id", "name", "app_secret", "scopes"}));
  auto const root = body.root();
  NewApp command;
  TRY(command.tenant_key, get_text(root, "tenant_key", kIdBytesMax));
  TRY(auto const app_id, find_text(root, "app_id", kIdBytesMax));
  TRY(command.name, get_text(root, "name", kNameBytesMax));
  TRY(auto const given, find_text(root, "app_secret", kSecretBytesMax));
  TRY(auto scopes, find_texts(root, "scopes", kScopeBytesMax));
  command.app_id = app_id ? *app_id : new_app_id();
  answer.note_target(command.app_id);
  command.scopes = std::move(scopes).value_or(std::vector<std::string>{});
  auto const secret = given ? *given : new_secret();
  command.secret_hash = hash_secret(context.installation_key, command.app_id, secret);
  context.engine.write<App>(
      [command = std::move(command)](View& view) { return create_app(view, command); },
      [&context, secret, answer](Result<App> app) {
        if (!app) return answer.fail(app.error());
        std::string out;
        json::Writer json(out);
        json.begin_object().key("app");
        append_app(json, *context.engine.organisation(), *app);
        json.field("app_secret", secret).end_object();
        answer.json(std::move(out), 201);
      });
  return {};
}

Result<AppPatch> read_patch(Context const& context, Caller const& caller,
                            http::Request const& request) {
  TRY(auto const* app, get_app(*caller.organisation, request.params.at(0)));
  TRY(auto const body, parse_body(request, {"name", "bot", "enabled", "scopes", "ip_allow",
                                            "availability", "receipts"}));
  auto const root = body.root();
  AppPatch patch;
  patch.app_id = app->app_id;
  TRY(patch.name, find_text(root, "name", kNameBytesMax));
  TRY(patch.bot, find_flag(root, "bot"));
  TRY(patch.enabled, find_flag(root, "enabled"));
  TRY(patch.scopes, find_texts(root, "scopes", kScopeBytesMax));
  TRY(patch.ip_allow, find_texts(root, "ip_allow", kIdBytesMax));
  for (auto const& pattern : patch.ip_allow.value_or(std::vector<std::string>{})) {
    if (!is_address_pattern(pattern)) {
      return fail(Errc::invalid_field, "ip_allow: \"" + pattern + "\" is no address or CIDR");
    }
  }
  TRY(auto const receipts, find_text(root, "receipts", kNameBytesMax));
  if (receipts) {
    patch.receipts = find_receipt_policy(*receipts);
    if (!patch.receipts) {
      return fail(Errc::invalid_field, "receipts must be off, counts or names");
    }
  }
  if (auto const availability = root.find("availability")) {
    TRY(patch.availability,
        parse_availability(*availability, *caller.organisation, *app, context.engine.ids()));
  }
  return patch;
}

Result<void> change_app(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_operator(context, request));
  TRY(auto patch, read_patch(context, caller, request));
  context.engine.write<App>(
      [patch = std::move(patch)](View& view) { return patch_app(view, patch); },
      [&context, answer](Result<App> app) {
        if (!app) return answer.fail(app.error());
        answer.json(render_app(context, *app));
      });
  return {};
}

Result<void> remove_app(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_operator(context, request));
  context.engine.write<Nothing>(
      [app_id = request.params.at(0)](View& view) { return delete_app(view, app_id); },
      [answer](Result<Nothing> done) {
        if (!done) return answer.fail(done.error());
        answer.no_content();
      });
  return {};
}

}  // namespace

void add_apps(http::Router& router, Context& context) {
  using enum http::Method;
  router.add(make_route(context, get, "/api/v1/apps", list_apps));
  router.add(make_route(context, post, "/api/v1/apps", create_custom_app));
  router.add(make_route(context, get, "/api/v1/apps/:app_id", show_app));
  router.add(make_route(context, patch, "/api/v1/apps/:app_id", change_app));
  router.add(make_route(context, delete_, "/api/v1/apps/:app_id", remove_app));
}

}  // namespace carillon::console
