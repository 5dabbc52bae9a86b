#include "dialect/dingtalk/credentials.h"

#include "access/secret.h"

namespace carillon::dingtalk {
namespace {

Result<IssuedToken> issue(Context const& context, Organisation const& organisation, TenantNo tenant,
                          App const& app, std::string_view given) {
  auto const* secret = match_secret(app, SecretUse::app_key, context.installation_key, given);
  if (secret == nullptr) return fail(Errc::app_secret_wrong);
  CHECK_OK(check_in_use(organisation, tenant, app));
  return context.tokens.issue(TokenKind::tenant, tenant, app, *secret, context.engine.now());
}

}  // namespace

Result<IssuedToken> token_by_key(Context const& context, std::string_view app_key,
                                 std::string_view secret) {
  auto const organisation = context.engine.organisation();
  auto const* app = organisation->apps->find_key(app_key);
  // A store app has no tenant of its own: it must name one.
  if (app == nullptr || app->kind == AppKind::store) return fail(Errc::app_unknown);
  return issue(context, *organisation, app->tenant, *app, secret);
}

Result<IssuedToken> token_by_key_in_corp(Context const& context, std::string_view corp_id,
                                         std::string_view app_key, std::string_view secret) {
  auto const organisation = context.engine.organisation();
  auto const* directory = organisation->find_corp(corp_id);
  auto const* app = organisation->apps->find_key(app_key);
  if (directory == nullptr || app == nullptr) return fail(Errc::app_unknown);
  return issue(context, *organisation, directory->tenant().no, *app, secret);
}

Result<IssuedToken> token_by_corp(Context const& context, std::string_view corp_id,
                                  std::string_view secret) {
  auto const organisation = context.engine.organisation();
  auto const* directory = organisation->find_corp(corp_id);
  if (directory == nullptr) return fail(Errc::app_unknown);
  auto const tenant = directory->tenant().no;
  for (auto const& app : organisation->apps->apps()) {
    if (app.deleted || !organisation->apps->installed(tenant, app.no)) continue;
    auto token = issue(context, *organisation, tenant, app, secret);
    if (token || token.error().code != Errc::app_secret_wrong) return token;
  }
  return fail(Errc::app_secret_wrong);
}

}  // namespace carillon::dingtalk
