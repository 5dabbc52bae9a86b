// POST /api/v1/apps/{app_id}/secrets and DELETE /api/v1/apps/{app_id}/secrets/{version}?use=
//
// Shape   A second secret is good beside the first until one of them is withdrawn; it is shown in
//         this answer and never again. Tokens made with a withdrawn one are refused at once.
// Errors  not_found, import_running; invalid_field once an app has had 127 secrets of a use.

#include <string>
#include <utility>

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

Result<SecretUse> read_use(std::string const& name) {
  if (name.empty()) return SecretUse::app_id;
  auto const use = find_secret_use(name);
  if (!use) return fail(Errc::invalid_field, "use must be feishu or dingtalk");
  return *use;
}

Result<void> add(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_operator(context, request));
  TRY(auto const body, parse_body(request, {"use", "app_secret"}, EmptyBody::is_an_object));
  TRY(auto const name, find_text(body.root(), "use", kIdBytesMax));
  TRY(auto const use, read_use(name.value_or("")));
  TRY(auto const given, find_text(body.root(), "app_secret", kSecretBytesMax));
  auto const secret = given ? *given : new_secret();
  auto const& app_id = request.params.at(0);
  auto const hash = hash_secret(context.installation_key, app_id, secret);
  context.engine.write<std::uint8_t>(
      [app_id, use, hash](View& view) { return add_secret(view, app_id, use, hash); },
      [answer, secret](Result<std::uint8_t> version) {
        if (!version) return answer.fail(version.error());
        std::string out;
        json::Writer(out)
            .begin_object()
            .field("version", int{*version})
            .field("app_secret", secret)
            .end_object();
        answer.json(std::move(out), 201);
      });
  return {};
}

Result<void> withdraw(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_operator(context, request));
  TRY(auto const use, read_use(request.query_param("use")));
  auto const version = parse_number(request.params.at(1));
  if (!version || *version > 0xff) return fail(Errc::not_found, "no such secret version");
  context.engine.write<Nothing>(
      [app_id = request.params.at(0), use, number = static_cast<std::uint8_t>(*version)](
          View& view) { return withdraw_secret(view, app_id, use, number); },
      [answer](Result<Nothing> done) {
        if (!done) return answer.fail(done.error());
        answer.no_content();
      });
  return {};
}

}  // namespace

void add_app_secrets(http::Router& router, Context& context) {
  using enum http::Method;
  router.add(make_route(context, post, "/api/v1/apps/:app_id/secrets", add));
  router.add(make_route(context, delete_, "/api/v1/apps/:app_id/secrets/:version", withdraw));
}

}  // namespace carillon::console
