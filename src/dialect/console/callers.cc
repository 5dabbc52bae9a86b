#include "dialect/console/callers.h"

#include <utility>

#include "access/address.h"
#include "crypto/crypto.h"
#include "http/text.h"

namespace carillon::console {
namespace {

// Lengths differ openly otherwise: hashes of both are compared.
bool is_admin_token(std::string const& admin_token, std::string_view token) {
  if (admin_token.empty()) return false;
  auto const a = sha256(admin_token);
  auto const b = sha256(token);
  return equal_constant_time({reinterpret_cast<char const*>(a.data()), a.size()},
                             {reinterpret_cast<char const*>(b.data()), b.size()});
}

Result<Caller> find_app(Context const& context, Credentials const& credentials, Caller caller) {
  std::string_view hex = credentials.token;
  if (hex.starts_with(kAppTokenPrefix)) hex.remove_prefix(kAppTokenPrefix.size());
  TRY(auto const known,
      context.tokens.verify(TokenKind::tenant, hex, *caller.organisation, caller.now));
  CHECK_OK(check_in_use(*caller.organisation, known.tenant, *known.app));
  if (!address_allowed(known.app->ip_allow, credentials.remote)) return fail(Errc::ip_denied);
  caller.kind = CallerKind::app;
  caller.tenant = known.tenant;
  caller.app = known.app;
  return caller;
}

Result<Caller> find_person(Context const& context, std::string_view token, Caller caller) {
  auto const hex = token.substr(kSessionTokenPrefix.size());
  TRY(auto const person,
      context.tokens.verify_session(TokenKind::person, hex, *caller.organisation, caller.now));
  caller.kind = CallerKind::person;
  caller.tenant = person.tenant;
  caller.user = person.user;
  caller.expires = person.expires;
  return caller;
}

}  // namespace

Credentials read_credentials(http::Request const& request) {
  constexpr std::string_view kScheme = "bearer ";
  auto const header = http::trim(request.header("Authorization"));
  Credentials out{{}, std::string(request.remote)};
  if (http::same_token(header.substr(0, kScheme.size()), kScheme)) {
    out.token = http::trim(header.substr(kScheme.size()));
  }
  return out;
}

Result<Caller> find_caller(Context const& context, Credentials const& credentials) {
  std::string_view const token = credentials.token;
  if (token.empty()) {
    return fail(Errc::token_missing, "send the header Authorization: Bearer TOKEN");
  }
  Caller caller;
  caller.organisation = context.engine.organisation();
  caller.now = context.engine.now();
  if (is_admin_token(context.admin_token, token)) {
    caller.kind = CallerKind::the_operator;
    return caller;
  }
  if (token.starts_with(kAppTokenPrefix) || token.size() == kTokenDigits) {
    return find_app(context, credentials, std::move(caller));
  }
  if (token.starts_with(kSessionTokenPrefix)) {
    return find_person(context, token, std::move(caller));
  }
  return fail(Errc::token_invalid);
}

Result<Caller> require_operator(Context const& context, http::Request const& request) {
  TRY(auto caller, find_caller(context, read_credentials(request)));
  if (caller.kind == CallerKind::the_operator) return caller;
  return fail(Errc::forbidden, "this call is the operator's");
}

Result<Caller> require_operator_or_app(Context const& context, http::Request const& request) {
  TRY(auto caller, find_caller(context, read_credentials(request)));
  if (caller.kind != CallerKind::person) return caller;
  return fail(Errc::forbidden, "this call is the operator's or an app's");
}

Result<Caller> require_person(Context const& context, http::Request const& request) {
  TRY(auto caller, find_caller(context, read_credentials(request)));
  if (caller.kind == CallerKind::person) return caller;
  return fail(Errc::forbidden, "an inbox opens to its own person only, with a session token");
}

}  // namespace carillon::console
