#include "dialect/dingtalk/gateway.h"

#include <algorithm>
#include <utility>

#include "access/address.h"
#include "dialect/dingtalk/envelope.h"
#include "http/percent.h"

namespace carillon::dingtalk {
namespace {

constexpr std::string_view kTokenHeader = "x-acs-dingtalk-access-token";

// A third-party app's rate has a name of its own.
constexpr WireError kStoreRateLimited{90019, "请求过于频繁，请稍后再试",
                                      "Too many requests, try again later"};

Result<Caller> find_caller(Context const& context, std::string_view token, std::string_view remote,
                           Api const& api) {
  if (token.empty()) return fail(Errc::token_missing);
  Caller out{context.engine.organisation(), {}, nullptr, context.engine.now()};
  TRY(auto const known,
      context.tokens.verify(TokenKind::tenant, token, *out.organisation, out.now));
  out.tenant = known.tenant;
  out.app = known.app;
  CHECK_OK(check_in_use(*out.organisation, out.tenant, *out.app));
  if (!address_allowed(out.app->ip_allow, remote)) return fail(Errc::ip_denied);
  auto const held = [&](std::string_view scope) { return out.app->has_scope(scope); };
  if (!api.any_scope.empty() && std::none_of(api.any_scope.begin(), api.any_scope.end(), held)) {
    return fail(Errc::scope_missing);
  }
  return out;
}

}  // namespace

std::string find_token(http::Request const& request, Parameters const* parameters) {
  auto token = request.query_param("access_token");
  if (token.empty() && parameters != nullptr) {
    if (auto given = parameters->find_text("access_token")) token = given->value_or("");
  }
  if (token.empty()) token = request.header(kTokenHeader);
  return token;
}

Admitted admit(Context& context, http::Request const& request, Parameters const* parameters,
               Api const& api) {
  auto const language = context.settings.language;
  auto caller = find_caller(context, find_token(request, parameters), request.remote, api);
  if (!caller) {
    context.counters.auth_refusals.fetch_add(1, std::memory_order_relaxed);
    return failure(language, api.family, caller.error().code, request.log_id);
  }
  Rate const rate{context.settings.rate_per_second, 0};
  if (context.rates.admit(caller->tenant, caller->app->no, api.number, rate, caller->now)) {
    context.counters.rate_refusals.fetch_add(1, std::memory_order_relaxed);
    if (caller->app->kind == AppKind::store) {
      return failure(language, kStoreRateLimited, request.log_id);
    }
    return failure(language, api.family, Errc::rate_limited, request.log_id);
  }
  return *std::move(caller);
}

std::int64_t agent_of(Organisation const& organisation, TenantNo tenant, App const& app) {
  auto const* known = organisation.apps->installation(tenant, app.no);
  return known == nullptr ? 0 : known->agent_id;
}

Result<void> check_agent(Caller const& caller, Parameters const& parameters,
                         std::string_view name) {
  TRY(auto const agent, parameters.number(name));
  if (agent == 0 || agent != agent_of(*caller.organisation, caller.tenant, *caller.app)) {
    return fail(Errc::invalid_field, std::string(name) + ": is not this app's");
  }
  return {};
}

}  // namespace carillon::dingtalk
