#include "dialect/console/app_json.h"

#include "dialect/console/directory_json.h"
#include "dialect/console/fields.h"
#include "dialect/console/times.h"

namespace carillon::console {
namespace {

void append_availability(json::Writer& json, Directory const* directory,
                         Availability const& availability) {
  json.begin_object("availability").field("all", availability.all);
  if (!availability.all) {
    json.begin_array("departments");
    for (auto const department : availability.departments) {
      if (directory != nullptr && directory->has_department(department)) {
        json.string(department_id(*directory, department));
      }
    }
    json.end_array().begin_array("users");
    for (auto const user : availability.users) {
      if (directory != nullptr && directory->has_user(user)) {
        json.string(directory->user_id(user));
      }
    }
    json.end_array();
  }
  json.end_object();
}

void append_secrets(json::Writer& json, App const& app) {
  json.begin_array("secrets");
  for (auto const& secret : app.secrets) {
    json.begin_object().field("version", int{secret.version}).field("use", name_of(secret.use));
    append_time(json, "created_at", secret.created_at);
    json.field("withdrawn", secret.withdrawn).end_object();
  }
  json.end_array();
}

void append_installations(json::Writer& json, Organisation const& organisation, App const& app) {
  json.begin_array("installations");
  for (auto const& directory : organisation.directories) {
    if (!directory) continue;
    auto const& tenant = directory->tenant();
    auto const* known = organisation.apps->installation(tenant.no, app.no);
    if (known == nullptr || !known->installed) continue;
    json.begin_object()
        .field("tenant_key", tenant.tenant_key)
        .field("agent_id", known->agent_id)
        .end_object();
  }
  json.end_array();
}

}  // namespace

Result<App const*> get_app(Organisation const& organisation, std::string const& app_id) {
  auto const* app = organisation.apps->find(app_id);
  if (app == nullptr || app->deleted) return fail(Errc::not_found, "no such app");
  return app;
}

std::string_view name_of(ReceiptPolicy policy) {
  switch (policy) {
    case ReceiptPolicy::names:
      return "names";
    case ReceiptPolicy::counts:
      return "counts";
    case ReceiptPolicy::off:
      return "off";
  }
  return {};
}

std::optional<ReceiptPolicy> find_receipt_policy(std::string_view name) {
  for (auto const policy : {ReceiptPolicy::names, ReceiptPolicy::counts, ReceiptPolicy::off}) {
    if (name_of(policy) == name) return policy;
  }
  return std::nullopt;
}

std::string_view name_of(SecretUse use) {
  switch (use) {
    case SecretUse::app_id:
      return "feishu";
    case SecretUse::app_key:
      return "dingtalk";
  }
  return {};
}

std::optional<SecretUse> find_secret_use(std::string_view name) {
  for (auto const use : {SecretUse::app_id, SecretUse::app_key}) {
    if (name_of(use) == name) return use;
  }
  return std::nullopt;
}

void append_app(json::Writer& json, Organisation const& organisation, App const& app) {
  auto const* directory = organisation.find(app.tenant);
  json.begin_object()
      .field("app_id", app.app_id)
      .field("name", app.name)
      .field("type", app.kind == AppKind::custom ? "custom" : "store")
      .key("tenant_key");
  directory == nullptr ? json.null() : json.string(directory->tenant().tenant_key);
  std::string_view developer;
  for (auto const& known : organisation.apps->developers()) {
    if (known.no == app.developer) developer = known.name;
  }
  json.field("developer", developer).field("bot", app.bot).field("enabled", app.enabled);
  json.texts("scopes", app.scopes);
  json.texts("ip_allow", app.ip_allow);
  append_availability(json, directory, app.availability);
  json.field("receipts", name_of(app.receipts)).key("dingtalk");
  if (app.app_key.empty()) {
    json.null();
  } else {
    json.begin_object().field("appkey", app.app_key).field("agent_id", app.agent_id).end_object();
  }
  append_secrets(json, app);
  append_installations(json, organisation, app);
  json.end_object();
}

Result<Availability> parse_availability(json::Value value, Organisation const& organisation,
                                        App const& app, IdSealer const& ids) {
  if (!value.is_object()) return fail(Errc::invalid_field, "availability must be an object");
  CHECK_OK(check_members(value, {"all", "departments", "users"}));
  TRY(auto const all, find_flag(value, "all"));
  TRY(auto const departments, find_texts(value, "departments", kIdBytesMax));
  TRY(auto const users, find_texts(value, "users", kIdBytesMax, 10 * kListItemsMax));
  if (all.value_or(false) == (departments.has_value() || users.has_value())) {
    return fail(Errc::invalid_field,
                "availability is either {\"all\":true} or lists departments and users");
  }
  Availability out;
  out.all = all.value_or(false);
  if (out.all) return out;
  auto const* directory = organisation.find(app.tenant);
  if (directory == nullptr) {
    return fail(Errc::invalid_field, "a store app can be available to all only");
  }
  for (auto const& id : departments.value_or(std::vector<std::string>{})) {
    auto const department = find_department(*directory, id, ids);
    if (!department) {
      return fail(Errc::invalid_field, "availability: no department \"" + id + "\"");
    }
    out.departments.push_back(*department);
  }
  for (auto const& id : users.value_or(std::vector<std::string>{})) {
    auto const user = directory->find_user(id);
    if (!user) return fail(Errc::invalid_field, "availability: no user \"" + id + "\"");
    out.users.push_back(*user);
  }
  return out;
}

}  // namespace carillon::console
