#include "dialect/feishu/store_app_tokens.h"

#include <utility>

#include "dialect/feishu/credentials.h"
#include "dialect/feishu/envelope.h"
#include "dialect/feishu/gateway.h"
#include "dialect/feishu/ids.h"
#include "json/reader.h"
#include "json/writer.h"

namespace carillon::feishu {
namespace {

// A store app in use, by its credentials.
Result<KnownApp> find_store_app(Organisation const& organisation, Key const& installation_key,
                                std::string_view body) {
  TRY(auto const credentials, parse_credentials(body));
  TRY(auto const known, find_credentials(organisation, installation_key, credentials));
  if (known.app->kind != AppKind::store) return fail(Errc::invalid_field, "a self-built app");
  if (!known.app->enabled) return fail(Errc::app_disabled);
  return known;
}

http::Response refuse(Context& context, Error const& error, http::Request const& request) {
  context.counters.auth_refusals.fetch_add(1, std::memory_order_relaxed);
  return failure(context.settings, Family::auth, error, request.log_id);
}

http::Response token_answer(std::string_view name, std::string_view prefix,
                            IssuedToken const& token) {
  http::Response out;
  json::Writer json(out.body);
  json.begin_object().field("code", 0).field("msg", "success");
  json.field(name, std::string(prefix) + token.hex);
  json.field("expire", token.remaining.count()).end_object();
  return out;
}

}  // namespace

Result<IssuedToken> issue_app_token(Organisation const& organisation, Key const& installation_key,
                                    Tokens const& tokens, std::string_view body, Time now) {
  TRY(auto const known, find_store_app(organisation, installation_key, body));
  TRY(auto const document, json::parse_json(body));
  TRY(auto const ticket, required_text(document.root(), "app_ticket"));
  if (!tokens.is_ticket(ticket, *known.app, now)) return fail(Errc::ticket_invalid);
  return tokens.issue(TokenKind::app, TenantNo{}, *known.app, *known.secret, now);
}

Result<IssuedToken> issue_store_tenant_token(Organisation const& organisation, Tokens const& tokens,
                                             std::string_view body, Time now) {
  TRY(auto const document, json::parse_json(body));
  TRY(auto const token, required_text(document.root(), "app_access_token"));
  TRY(auto const tenant_key, required_text(document.root(), "tenant_key"));
  if (!token.starts_with(kAppTokenPrefix)) return fail(Errc::app_token_invalid);
  auto const known =
      tokens.verify_app(std::string_view(token).substr(kAppTokenPrefix.size()), organisation, now);
  if (!known || known->app->deleted) return fail(Errc::app_token_invalid);
  auto const& app = *known->app;
  if (!app.enabled) return fail(Errc::app_disabled);
  auto const* directory = organisation.find_tenant(tenant_key);
  if (directory == nullptr) return fail(Errc::app_not_installed);
  auto const tenant = directory->tenant().no;
  CHECK_OK(check_in_use(organisation, tenant, app));
  return tokens.issue(TokenKind::tenant, tenant, app, *known->secret, now);
}

void resend_app_ticket(Context& context, http::Request const& request, http::Reply const& reply) {
  auto const organisation = context.engine.organisation();
  auto const known = find_store_app(*organisation, context.installation_key, request.body);
  if (!known) return reply(refuse(context, known.error(), request));
  if (context.tell_ticket) context.tell_ticket(known->app->no);
  http::Response out;
  json::Writer(out.body).begin_object().field("code", 0).field("msg", "success").end_object();
  reply(std::move(out));
}

void store_app_access_token(Context& context, http::Request const& request,
                            http::Reply const& reply) {
  auto const token = issue_app_token(*context.engine.organisation(), context.installation_key,
                                     context.tokens, request.body, context.engine.now());
  reply(token ? token_answer("app_access_token", kAppTokenPrefix, *token)
              : refuse(context, token.error(), request));
}

void store_tenant_access_token(Context& context, http::Request const& request,
                               http::Reply const& reply) {
  auto const token = issue_store_tenant_token(*context.engine.organisation(), context.tokens,
                                              request.body, context.engine.now());
  reply(token ? token_answer("tenant_access_token", kTenantTokenPrefix, *token)
              : refuse(context, token.error(), request));
}

}  // namespace carillon::feishu
