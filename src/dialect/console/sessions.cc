// POST /api/v1/sessions: a token for one person, and a link that opens their inbox.
//
// Errors  not_found: no such tenant, or no active user of that id.

#include <chrono>
#include <string>

#include "dialect/console/callers.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "dialect/console/fields.h"
#include "json/writer.h"

namespace carillon::console {
namespace {

Result<void> create_session(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_operator(context, request));
  TRY(auto const body, parse_body(request, {"tenant_key", "user_id"}));
  TRY(auto const tenant_key, get_text(body.root(), "tenant_key", kIdBytesMax));
  TRY(auto const user_id, get_text(body.root(), "user_id", kIdBytesMax));
  auto const* directory = caller.organisation->find_tenant(tenant_key);
  if (directory == nullptr) return fail(Errc::not_found, "no such tenant");
  auto const user = directory->find_user(user_id);
  if (!user || !directory->active().contains(*user)) {
    return fail(Errc::not_found, "no such active user in this tenant");
  }
  answer.note_target(tenant_key + "/" + user_id);
  auto const tenant = directory->tenant().no;
  std::chrono::seconds const life = std::chrono::hours(context.settings.session_hours);
  std::chrono::minutes const code_life(context.settings.code_minutes);
  auto const token =
      context.tokens.issue_session(TokenKind::person, tenant, *user, caller.now + life);
  auto const code =
      context.tokens.issue_session(TokenKind::code, tenant, *user, caller.now + code_life);
  std::string out;
  json::Writer json(out);
  json.begin_object()
      .field("token", std::string(kSessionTokenPrefix) + token)
      .field("expires_in", life.count())
      .field("inbox_url", context.public_url() + "/inbox?code=" + code)
      .end_object();
  answer.json(std::move(out));
  return {};
}

}  // namespace

void add_sessions(http::Router& router, Context& context) {
  router.add(make_route(context, http::Method::post, "/api/v1/sessions", create_session));
}

}  // namespace carillon::console
