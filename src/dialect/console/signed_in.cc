#include "dialect/console/signed_in.h"

#include <algorithm>
#include <utility>

#include "dialect/console/cookies.h"
#include "dialect/console/origin.h"
#include "dialect/console/times.h"
#include "json/writer.h"

namespace carillon::console {
namespace {

void append_person(json::Writer& json, Caller const& caller) {
  auto const& directory = *caller.organisation->find(caller.tenant);
  json.begin_object("person")
      .field("tenant_key", directory.tenant().tenant_key)
      .field("tenant_name", directory.tenant().name)
      .field("user_id", directory.user_id(caller.user))
      .field("name", directory.user_name(caller.user));
  append_time(json, "expires_at", caller.expires);
  json.end_object();
}

void append_operator(json::Writer& json, Caller const& caller) {
  json.begin_object("operator")
      .field("name", caller.operator_name())
      .field("role", role_name(caller.role()));
  append_time(json, "expires_at", caller.expires);
  json.end_object();
}

http::Response answer_of(Context const& context, SignedIn const& who) {
  http::Response out;
  out.content_type = "application/json";
  out.headers.emplace_back("Cache-Control", "no-store");
  out.body = render_signed_in(context, who);
  return out;
}

Caller new_caller(Context const& context) {
  Caller out;
  out.organisation = context.engine.organisation();
  out.now = context.engine.now();
  return out;
}

}  // namespace

SignedIn find_signed_in(Context const& context, http::Request const& request) {
  auto const credentials = read_credentials(context, request);
  SignedIn out;
  for (auto const cookie : {Cookie::person, Cookie::the_operator}) {
    auto caller = find_caller(context, credentials, cookie);
    if (!caller) continue;
    if (caller->kind == CallerKind::person) out.person = *caller;
    if (caller->kind == CallerKind::the_operator) out.the_operator = *caller;
  }
  return out;
}

std::string render_signed_in(Context const& context, SignedIn const& who) {
  auto const& operators = context.engine.organisation()->operators->all();
  bool const password = std::any_of(operators.begin(), operators.end(), [](Operator const& o) {
    return !o.removed && !o.password_hash.empty();
  });
  std::string out;
  json::Writer json(out);
  json.begin_object();
  if (who.person) {
    append_person(json, *who.person);
  } else {
    json.key("person").null();
  }
  if (who.the_operator) {
    append_operator(json, *who.the_operator);
  } else {
    json.key("operator").null();
  }
  json.begin_object("sign_in")
      .field("oidc", context.provider != nullptr && context.provider->configured())
      .field("password", password)
      .end_object();
  json.end_object();
  return out;
}

Result<void> check_not_elsewhere(Context const& context, http::Request const& request) {
  if (call_from(context, request) != CallFrom::elsewhere) return {};
  return fail(Errc::forbidden, "this can be called from our own pages only");
}

http::Response start_person_session(Context const& context, TenantNo tenant, UserNo user,
                                    SignedIn others) {
  auto caller = new_caller(context);
  std::chrono::seconds const life = std::chrono::hours(context.settings.session_hours);
  caller.kind = CallerKind::person;
  caller.tenant = tenant;
  caller.user = user;
  caller.expires = caller.now + life;
  auto const token = std::string(kSessionTokenPrefix) +
                     context.tokens.issue_session(TokenKind::person, tenant, user, caller.expires);
  others.person = std::move(caller);
  auto out = answer_of(context, others);
  set_cookie(out, kPersonCookie, token, life, context.scheme);
  return out;
}

http::Response start_operator_session(Context const& context, Operator const* account,
                                      SignedIn others) {
  auto caller = new_caller(context);
  std::chrono::seconds const life = std::chrono::hours(context.settings.operator_hours);
  caller.kind = CallerKind::the_operator;
  caller.account = account;
  caller.expires = caller.now + life;
  auto const token = context.tokens.issue_operator(
      account == nullptr ? OperatorNo{} : account->no,
      account == nullptr ? admin_token_revision(context) : account->revision, caller.expires);
  others.the_operator = std::move(caller);
  auto out = answer_of(context, others);
  set_cookie(out, kOperatorCookie, token, life, context.scheme);
  return out;
}

}  // namespace carillon::console
