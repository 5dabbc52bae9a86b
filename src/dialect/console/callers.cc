#include "dialect/console/callers.h"

#include <utility>

#include "access/address.h"
#include "crypto/big_endian.h"
#include "crypto/crypto.h"
#include "dialect/console/cookies.h"
#include "dialect/console/origin.h"
#include "http/text.h"
#include "http/websocket_handshake.h"

namespace carillon::console {
namespace {

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
  if (context.engine.token_spent(person.id)) return fail(Errc::token_invalid);
  caller.kind = CallerKind::person;
  caller.tenant = person.tenant;
  caller.user = person.user;
  caller.expires = person.expires;
  caller.session = person.id;
  return caller;
}

// An operator's session, as their cookie holds it.
Result<Caller> find_operator(Context const& context, std::string_view hex, Caller caller) {
  TRY(auto const session, context.tokens.verify_operator(hex, caller.now));
  auto revision = admin_token_revision(context);
  if (session.no) {
    caller.account = caller.organisation->operators->find(session.no);
    if (caller.account == nullptr) return fail(Errc::token_invalid);
    revision = session_revision(*caller.account);
  } else if (context.admin_token.empty()) {
    return fail(Errc::token_invalid);
  }
  if (session.revision != revision || context.engine.token_spent(session.id)) {
    return fail(Errc::token_invalid);
  }
  caller.kind = CallerKind::the_operator;
  caller.expires = session.expires;
  caller.session = session.id;
  return caller;
}

// Others than these only look (RFC 9110, 9.2.1).
bool is_safe(http::Method method) {
  return method == http::Method::get || method == http::Method::head;
}

Result<Caller> find_by_cookie(Context const& context, Credentials const& credentials, Cookie cookie,
                              Caller caller) {
  bool const person = cookie == Cookie::person;
  std::string_view const token = person ? credentials.person_cookie : credentials.operator_cookie;
  if (token.empty()) {
    return fail(Errc::token_missing, "sign in, or send the header Authorization: Bearer TOKEN");
  }
  TRY(auto found, person ? find_person(context, token, std::move(caller))
                         : find_operator(context, token, std::move(caller)));
  if (credentials.own_page_needed) {
    return fail(Errc::forbidden, "with a cookie this can be called from our own pages only");
  }
  return found;
}

}  // namespace

// Lengths differ openly otherwise: hashes of both are compared.
bool is_admin_token(Context const& context, std::string_view token) {
  if (context.admin_token.empty()) return false;
  auto const a = sha256(context.admin_token);
  auto const b = sha256(token);
  return equal_constant_time({reinterpret_cast<char const*>(a.data()), a.size()},
                             {reinterpret_cast<char const*>(b.data()), b.size()});
}

std::uint32_t admin_token_revision(Context const& context) {
  auto const hash =
      hmac_sha256(derive_key(context.installation_key, "admin sessions"), context.admin_token);
  return static_cast<std::uint32_t>(get_big_endian(hash.data(), 3));
}

Credentials read_credentials(Context const& context, http::Request const& request) {
  constexpr std::string_view kScheme = "bearer ";
  auto const header = http::trim(request.header("Authorization"));
  Credentials out;
  out.remote = request.remote;
  out.header = !header.empty();
  if (http::same_token(header.substr(0, kScheme.size()), kScheme)) {
    out.token = http::trim(header.substr(kScheme.size()));
  }
  if (out.header) return out;
  out.person_cookie = find_cookie(request, kPersonCookie, context.scheme);
  out.operator_cookie = find_cookie(request, kOperatorCookie, context.scheme);
  if (out.person_cookie.empty() && out.operator_cookie.empty()) return out;
  bool const looks = is_safe(request.method) && !http::asks_for_websocket(request);
  out.own_page_needed = !looks && call_from(context, request) != CallFrom::own_page;
  return out;
}

Result<Caller> find_caller(Context const& context, Credentials const& credentials, Cookie cookie) {
  std::string_view const token = credentials.token;
  Caller caller;
  caller.organisation = context.engine.organisation();
  caller.now = context.engine.now();
  if (!credentials.header) {
    return find_by_cookie(context, credentials, cookie, std::move(caller));
  }
  if (token.empty()) {
    return fail(Errc::token_missing, "send the header Authorization: Bearer TOKEN");
  }
  if (is_admin_token(context, token)) {
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

Result<void> check_role(Caller const& caller, Role least) {
  if (caller.role() >= least) return {};
  return fail(Errc::forbidden, "this call needs the role " + std::string(role_name(least)) +
                                   "; yours is " + std::string(role_name(caller.role())));
}

Result<Caller> require_operator(Context const& context, http::Request const& request, Role least) {
  TRY(auto caller, find_caller(context, read_credentials(context, request)));
  if (caller.kind != CallerKind::the_operator) {
    return fail(Errc::forbidden, "this call is the operator's");
  }
  CHECK_OK(check_role(caller, least));
  return caller;
}

Result<Caller> require_operator_or_app(Context const& context, http::Request const& request) {
  TRY(auto caller, find_caller(context, read_credentials(context, request)));
  if (caller.kind != CallerKind::person) return caller;
  return fail(Errc::forbidden, "this call is the operator's or an app's");
}

Result<Caller> require_person(Context const& context, http::Request const& request) {
  TRY(auto caller, find_caller(context, read_credentials(context, request), Cookie::person));
  if (caller.kind == CallerKind::person) return caller;
  return fail(Errc::forbidden, "an inbox opens to its own person only, with a session token");
}

}  // namespace carillon::console
