#include "dialect/feishu/gateway.h"

#include <algorithm>
#include <string>
#include <utility>

#include "access/address.h"
#include "dialect/feishu/envelope.h"
#include "dialect/feishu/ids.h"
#include "http/text.h"

namespace carillon::feishu {
namespace {

// Takes "Bearer" in any case off the front, if a blank or the end follows it.
bool take_scheme(std::string_view& text) {
  constexpr std::string_view kScheme = "bearer";
  if (!http::same_token(text.substr(0, kScheme.size()), kScheme)) return false;
  auto const rest = text.substr(kScheme.size());
  if (!rest.empty() && rest.front() != ' ' && rest.front() != '\t') return false;
  text = http::trim(rest);
  return true;
}

// The caller that the token speaks for, or the answer that refuses it.
std::variant<AppCaller, http::Response> find_caller(Context& context, http::Request const& request,
                                                    Api const& api,
                                                    Organisation const& organisation, Time now) {
  auto const refuse = [&](WireError const& error) {
    context.counters.auth_refusals.fetch_add(1, std::memory_order_relaxed);
    return gateway_failure(error, request.log_id);
  };
  auto const token = read_authorization(request.header("Authorization"));
  switch (token.form) {
    case TokenForm::missing:
      return refuse(wire_error(api.family, Errc::token_missing));
    case TokenForm::other_kind:
      return refuse(wire_error(api.family, Errc::token_wrong_kind));
    case TokenForm::malformed:
      return refuse(kTokenMalformed);
    case TokenForm::tenant:
      break;
  }
  auto const caller = context.tokens.verify(TokenKind::tenant, token.hex, organisation, now);
  if (!caller) return refuse(wire_error(api.family, Errc::token_invalid));
  return *caller;
}

}  // namespace

TokenText read_authorization(std::string_view header) {
  auto text = http::trim(header);
  if (!take_scheme(text) || text.empty()) return {TokenForm::missing, {}};
  if (text.starts_with(kTenantTokenPrefix)) {
    return {TokenForm::tenant, text.substr(kTenantTokenPrefix.size())};
  }
  if (text.starts_with("a-") || text.starts_with("u-") || text.starts_with("eyJ") ||
      take_scheme(text)) {
    return {TokenForm::other_kind, {}};
  }
  return {TokenForm::malformed, {}};
}

bool holds_any(App const& app, std::span<std::string_view const> scopes) {
  return std::any_of(scopes.begin(), scopes.end(),
                     [&](std::string_view scope) { return app.has_scope(scope); });
}

Admitted admit(Context& context, http::Request const& request, Api const& api) {
  auto organisation = context.engine.organisation();
  auto const now = context.engine.now();
  auto found = find_caller(context, request, api, *organisation, now);
  if (auto* refusal = std::get_if<http::Response>(&found)) return std::move(*refusal);
  auto const [tenant, app] = std::get<AppCaller>(found);

  if (auto const in_use = check_in_use(*organisation, tenant, *app); !in_use) {
    return failure(context.settings, api.family, in_use.error(), request.log_id);
  }
  if (!address_allowed(app->ip_allow, request.remote)) {
    return failure(context.settings, api.family, fail(Errc::ip_denied), request.log_id);
  }
  if (!api.any_scope.empty() && !holds_any(*app, api.any_scope)) {
    return scope_failure(wire_error(api.family, Errc::scope_missing), api.any_scope, api.number,
                         request.log_id);
  }
  Rate const rate{context.settings.rate_per_second, context.settings.rate_per_minute};
  if (auto const refusal = context.rates.admit(tenant, app->no, api.number, rate, now)) {
    context.counters.rate_refusals.fetch_add(1, std::memory_order_relaxed);
    return rate_failure(wire_error(api.family, Errc::rate_limited), *refusal);
  }
  return Caller{std::move(organisation), tenant, app, now};
}

}  // namespace carillon::feishu
