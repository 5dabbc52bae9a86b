#include "core/manage_app.h"

#include <algorithm>
#include <utility>

#include "core/apply_import.h"

namespace carillon {
namespace {

constexpr std::uint8_t kVersionMax = 0x7f;  // what a token has room for

Result<App> get_app(View const& view, std::string const& app_id) {
  auto const* app = view.organisation()->apps->find(app_id);
  if (app == nullptr || app->deleted) return fail(Errc::not_found, "app \"" + app_id + "\"");
  return *app;
}

// A copy of the organisation with this app, and the row for it.
template <class Answer>
Decided<Answer> put_app(View const& view, App app, Answer answer,
                        std::shared_ptr<AppRegistry> registry = nullptr) {
  auto const now = view.organisation();
  if (!registry) registry = std::make_shared<AppRegistry>(*now->apps);
  auto changed = std::make_shared<Organisation>(*now);
  Decided<Answer> out{{}, std::move(answer), nullptr};
  out.change.directory.apps.push_back(app);
  registry->put(std::move(app));
  changed->apps = std::move(registry);
  ++changed->version;
  out.organisation = std::move(changed);
  return out;
}

}  // namespace

Result<Decided<App>> create_app(View& view, NewApp const& command) {
  CHECK_OK(check_no_import(view));
  auto const organisation = view.organisation();
  auto const* directory = organisation->find_tenant(command.tenant_key);
  if (directory == nullptr) {
    return fail(Errc::not_found, "tenant \"" + command.tenant_key + "\"");
  }
  if (organisation->apps->find(command.app_id) != nullptr) {
    return fail(Errc::already_exists, "app \"" + command.app_id + "\"");
  }
  auto registry = std::make_shared<AppRegistry>(*organisation->apps);
  DirectoryRows rows;
  auto developer = registry->find_developer(command.tenant_key);
  if (!developer) {
    Developer made{registry->next_developer(), command.tenant_key};
    developer = made.no;
    rows.developers.push_back(made);
    registry->put(std::move(made));
  }
  App app;
  app.no = registry->next_app();
  app.app_id = command.app_id;
  app.name = command.name;
  app.tenant = directory->tenant().no;
  app.developer = *developer;
  app.scopes = command.scopes;
  app.secrets.push_back({1, SecretUse::app_id, command.secret_hash, false, view.now()});
  Installation const installation{app.tenant, app.no, true, 0};
  registry->put(installation);
  rows.installations.push_back(installation);
  auto out = put_app(view, app, app, std::move(registry));
  out.change.directory.developers = std::move(rows.developers);
  out.change.directory.installations = std::move(rows.installations);
  return out;
}

Result<Decided<App>> patch_app(View& view, AppPatch const& command) {
  CHECK_OK(check_no_import(view));
  TRY(auto app, get_app(view, command.app_id));
  if (command.name) app.name = *command.name;
  if (command.bot) app.bot = *command.bot;
  if (command.enabled) app.enabled = *command.enabled;
  if (command.scopes) app.scopes = *command.scopes;
  if (command.ip_allow) app.ip_allow = *command.ip_allow;
  if (command.availability) app.availability = *command.availability;
  if (command.receipts) app.receipts = *command.receipts;
  return put_app(view, app, app);
}

Result<Decided<Nothing>> patch_events(View& view, EventsPatch const& command) {
  CHECK_OK(check_no_import(view));
  TRY(auto app, get_app(view, command.app_id));
  if (command.sealed) {
    app.events_sealed = *command.sealed;
    app.event_url = command.url;
  }
  if (command.long_connection) app.long_connection = *command.long_connection;
  return put_app(view, std::move(app), Nothing{});
}

Result<Decided<Nothing>> delete_app(View& view, std::string const& app_id) {
  CHECK_OK(check_no_import(view));
  TRY(auto app, get_app(view, app_id));
  app.deleted = true;
  return put_app(view, std::move(app), Nothing{});
}

Result<Decided<std::uint8_t>> add_secret(View& view, std::string const& app_id, SecretUse use,
                                         std::array<std::uint8_t, 32> const& hash) {
  CHECK_OK(check_no_import(view));
  TRY(auto app, get_app(view, app_id));
  int version = 1;
  for (auto const& secret : app.secrets) {
    if (secret.use == use) version = std::max(version, secret.version + 1);
  }
  if (version > kVersionMax) {
    return fail(Errc::invalid_field, "this app has used up its 127 secrets; create a new app");
  }
  auto const number = static_cast<std::uint8_t>(version);
  app.secrets.push_back({number, use, hash, false, view.now()});
  return put_app(view, std::move(app), number);
}

Result<Decided<Nothing>> withdraw_secret(View& view, std::string const& app_id, SecretUse use,
                                         std::uint8_t version) {
  CHECK_OK(check_no_import(view));
  TRY(auto app, get_app(view, app_id));
  auto const at = std::find_if(app.secrets.begin(), app.secrets.end(), [&](Secret const& secret) {
    return secret.use == use && secret.version == version;
  });
  if (at == app.secrets.end()) {
    return fail(Errc::not_found, "secret version " + std::to_string(version));
  }
  at->withdrawn = true;
  return put_app(view, std::move(app), Nothing{});
}

Result<Decided<Nothing>> set_installed(View& view, std::string const& app_id,
                                       std::string const& tenant_key, bool installed) {
  CHECK_OK(check_no_import(view));
  TRY(auto app, get_app(view, app_id));
  auto const organisation = view.organisation();
  auto const* directory = organisation->find_tenant(tenant_key);
  if (directory == nullptr) return fail(Errc::not_found, "tenant \"" + tenant_key + "\"");
  auto const tenant = directory->tenant().no;
  if (app.kind == AppKind::custom && app.tenant != tenant) {
    return fail(Errc::invalid_field, "a custom app can be installed in its own tenant only");
  }
  auto registry = std::make_shared<AppRegistry>(*organisation->apps);
  auto const* known = registry->installation(tenant, app.no);
  Installation const installation{tenant, app.no, installed,
                                  known == nullptr ? 0 : known->agent_id};
  registry->put(installation);
  auto out = put_app(view, std::move(app), Nothing{}, std::move(registry));
  out.change.directory.installations.push_back(installation);
  return out;
}

}  // namespace carillon
