#include "dialect/feishu/credentials.h"

#include <algorithm>
#include <utility>

#include "access/secret.h"
#include "dialect/feishu/envelope.h"
#include "dialect/feishu/gateway.h"

namespace carillon::feishu {
namespace {

// Imported apps may be called anything; an unknown name is told apart from no name by this.
bool looks_like_app_id(std::string_view text) {
  constexpr std::string_view kPrefix = "cli_";
  return text.size() > kPrefix.size() && text.starts_with(kPrefix) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '_' || c == '-';
         });
}

}  // namespace

Result<std::string> required_text(json::Value root, std::string_view key) {
  auto const value = root.find_present(key);
  if (!value || value->string().empty()) return fail(Errc::invalid_field, std::string(key));
  return std::string(value->string());
}

Result<Credentials> parse_credentials(std::string_view body) {
  TRY(auto const document, json::parse_json(body));
  Credentials out;
  TRY(out.app_id, required_text(document.root(), "app_id"));
  TRY(out.app_secret, required_text(document.root(), "app_secret"));
  return out;
}

Result<KnownApp> find_credentials(Organisation const& organisation, Key const& installation_key,
                                  Credentials const& credentials) {
  auto const* app = organisation.apps->find(credentials.app_id);
  if (app == nullptr) {
    if (!looks_like_app_id(credentials.app_id)) return fail(Errc::invalid_field, "app_id");
    return fail(Errc::app_unknown);
  }
  if (app->deleted) return fail(Errc::app_deleted);
  auto const* secret =
      match_secret(*app, SecretUse::app_id, installation_key, credentials.app_secret);
  if (secret == nullptr) return fail(Errc::app_secret_wrong);
  return KnownApp{app, secret};
}

Result<IssuedToken> issue_tenant_token(Organisation const& organisation,
                                       Key const& installation_key, Tokens const& tokens,
                                       Credentials const& credentials, Time now) {
  TRY(auto const known, find_credentials(organisation, installation_key, credentials));
  auto const& [app, secret] = known;
  if (app->kind == AppKind::store) return fail(Errc::invalid_field, "a store app");
  CHECK_OK(check_in_use(organisation, app->tenant, *app));
  return tokens.issue(TokenKind::tenant, app->tenant, *app, *secret, now);
}

http::Response answer_token_request(Context& context, http::Request const& request,
                                    RenderToken render) {
  auto const issue = [&]() -> Result<IssuedToken> {
    TRY(auto const credentials, parse_credentials(request.body));
    return issue_tenant_token(*context.engine.organisation(), context.installation_key,
                              context.tokens, credentials, context.engine.now());
  };
  auto const token = issue();
  if (!token) {
    context.counters.auth_refusals.fetch_add(1, std::memory_order_relaxed);
    return failure(context.settings, Family::auth, token.error(), request.log_id);
  }
  http::Response out;
  out.body = render(*token);
  return out;
}

}  // namespace carillon::feishu
