#include <algorithm>
#include <set>
#include <utility>

#include "access/address.h"
#include "access/event_settings.h"
#include "access/secret.h"
#include "import/planner.h"

namespace carillon {
namespace {

constexpr int kSecretVersionMax = 0x7f;  // what a token has room for
constexpr std::int64_t kAgentIdMax = std::int64_t{1} << 53;
constexpr std::int64_t kFirstAgentId = 1'000'000;  // of numbers that are given here

template <class T>
void sort_unique(std::vector<T>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

}  // namespace

DeveloperNo Planner::developer_no(std::string const& name) {
  auto const [at, added] = developer_names_.try_emplace(name, apps_.next_developer());
  if (added) {
    apps_.put(Developer{at->second, name});
    out_.changed.developers.push_back(at->second);
  }
  return at->second;
}

DeveloperNo Planner::default_developer(TenantPlan& plan) {
  if (!plan.developer) {
    std::set<DeveloperNo> named;
    for (auto const& app : apps_.apps()) {
      if (app.no && app.kind == AppKind::custom && app.tenant == plan.tenant.no) {
        named.insert(app.developer);
      }
    }
    plan.developer = named.size() == 1 ? *named.begin() : developer_no(plan.tenant.tenant_key);
  }
  return plan.developer;
}

// What users need to know of an app: that there is one, and whose it is.
void Planner::number_apps() {
  std::unordered_set<std::string> given;
  for_each(EntityKind::app, [&](Fields const& fields, KeptEntity const& kept) {
    auto const id = fields.required_id("app_id");
    if (id.empty()) return;
    if (!given.insert(id).second) {
      fields.problem("app_id", in_quotes(id) + " is given twice in this file");
      return;
    }
    TenantPlan* plan = nullptr;
    if (kept.document_tenant != Place::kNone || fields.has("tenant_key")) {
      plan = tenant_of(kept.document_tenant, fields);
      if (plan == nullptr) return;
    }
    auto const* const known = apps_.find(id);
    App app;
    if (known != nullptr) {
      app = *known;
    } else {
      app.no = apps_.next_app();
      app.app_id = id;
      app.name = id;
      app.kind = plan != nullptr ? AppKind::custom : AppKind::store;
      if (plan != nullptr) app.tenant = plan->tenant.no;
    }
    if (auto const type = fields.optional_id("type"); type && !type->empty()) {
      if (*type != "custom" && *type != "store") {
        fields.problem("type", "must be \"custom\" or \"store\"");
      } else if (known != nullptr && (*type == "store") != (app.kind == AppKind::store)) {
        fields.problem("type", "of app " + in_quotes(id) + " cannot be changed");
      } else if (*type == "custom" && plan == nullptr) {
        fields.problem("tenant_key", "is missing; a custom app belongs to a tenant");
      } else if (*type == "store" && plan != nullptr) {
        fields.problem("type", "a store app stands outside of the tenants, under \"apps\"");
      }
    }
    auto const tenant = plan == nullptr ? TenantNo{} : plan->tenant.no;
    if (app.tenant != tenant) {
      fields.problem("app_id", "app " + in_quotes(id) + " belongs elsewhere");
      return;
    }
    auto developer = fields.optional_id("developer");
    if (known == nullptr && !developer) developer = "";
    if (developer) {
      if (developer->empty()) *developer = plan != nullptr ? plan->tenant.tenant_key : id;
      app.developer = developer_no(*developer);
    }
    apps_.put(std::move(app));
  });
}

void Planner::plan_apps() {
  for_each(EntityKind::app,
           [this](Fields const& fields, KeptEntity const& kept) { plan_app(fields, kept); });
}

void Planner::plan_app(Fields const& fields, KeptEntity const& kept) {
  auto const id = fields.required_id("app_id");
  auto const* const before = context_.now.apps->find(id);
  auto app = *apps_.find(id);
  auto* const plan = app.kind == AppKind::store ? nullptr : tenant_of(kept.document_tenant, fields);

  app.deleted = false;
  if (auto name = fields.name("name")) app.name = name->empty() ? id : *std::move(name);
  if (auto const bot = fields.boolean("bot")) app.bot = *bot;
  if (auto const enabled = fields.boolean("enabled")) app.enabled = *enabled;
  if (auto scopes = fields.ids("scopes")) {
    sort_unique(*scopes);
    app.scopes = *std::move(scopes);
  }
  if (auto patterns = fields.ids("ip_allow")) {
    for (auto const& pattern : *patterns) {
      if (!is_address_pattern(pattern)) {
        fields.problem("ip_allow", in_quotes(pattern) + " is no address and no CIDR");
      }
    }
    app.ip_allow = *std::move(patterns);
  }
  if (before == nullptr && !fields.has("app_secret")) fields.problem("app_secret", "is missing");
  apply_secret(fields, "app_secret", SecretUse::app_id, app);
  apply_dingtalk(fields, app);
  apply_events(fields, app);
  apply_availability(fields, plan, app);

  bool changed = before == nullptr || !(app == *before);
  if (changed) {
    out_.changed.apps.push_back(app.no);
    apps_.put(app);
  }
  if (plan != nullptr) {
    auto const* const now = apps_.installation(app.tenant, app.no);
    auto const installed = fields.boolean("installed");
    changed |= install(
        {app.tenant, app.no, installed.value_or(now == nullptr || now->installed), app.agent_id});
  } else {
    changed |= apply_installed_in(fields, app);
  }
  auto& counts = out_.counts.apps;
  ++(before == nullptr ? counts.created : changed ? counts.updated : counts.unchanged);
}

void Planner::apply_secret(Fields const& fields, std::string_view field, SecretUse use, App& app) {
  if (!fields.has(field)) return;
  auto const secret = fields.name(field);
  if (!secret) return;
  if (secret->empty()) {
    fields.problem(field, "is empty");
    return;
  }
  if (match_secret(app, use, context_.installation_key, *secret) != nullptr) return;
  int version = 0;
  for (auto& known : app.secrets) {
    if (known.use != use) continue;
    known.withdrawn = true;
    version = std::max<int>(version, known.version);
  }
  if (version >= kSecretVersionMax) {
    fields.problem(field, "was changed too often; make a new app");
    return;
  }
  app.secrets.push_back({static_cast<std::uint8_t>(version + 1), use,
                         hash_secret(context_.installation_key, app.app_id, *secret), false,
                         context_.at});
}

void Planner::apply_dingtalk(Fields const& fields, App& app) {
  auto const dingtalk = fields.object("dingtalk");
  if (!dingtalk) {
    if (!fields.has("dingtalk") || !fields.value("dingtalk")->is_null()) return;
    app.app_key.clear();
    app.agent_id = 0;
    for (auto& secret : app.secrets) secret.withdrawn |= secret.use == SecretUse::app_key;
    return;
  }
  if (auto appkey = dingtalk->optional_id("appkey")) app.app_key = *std::move(appkey);
  apply_secret(*dingtalk, "appsecret", SecretUse::app_key, app);
  if (auto const given = dingtalk->value("agent_id"); given && !given->is_null()) {
    if (auto const id = dingtalk->integer("agent_id", 1, kAgentIdMax)) {
      app.agent_id = *id;
    }
  }
  if (app.agent_id == 0) app.agent_id = kFirstAgentId + app.no.value;
  for (auto const& other : apps_.apps()) {
    if (!other.no || other.no == app.no || other.deleted) continue;
    if (!app.app_key.empty() && other.app_key == app.app_key) {
      dingtalk->problem("appkey", in_quotes(app.app_key) + " is another app's");
    }
    if (app.tenant && other.tenant == app.tenant && other.agent_id == app.agent_id) {
      dingtalk->problem("agent_id", std::to_string(app.agent_id) + " is another app's");
    }
  }
}

void Planner::apply_events(Fields const& fields, App& app) {
  auto const events = fields.object("events");
  if (!events) {
    if (!fields.has("events") || !fields.value("events")->is_null()) return;
    set_event_settings(context_.installation_key, {}, app);
    return;
  }
  EventSettings settings;
  settings.url = events->name("url").value_or("");
  settings.encrypt_key = events->name("encrypt_key").value_or("");
  settings.verification_token = events->name("verification_token").value_or("");
  auto const& url = settings.url;
  if (!url.empty() && !url.starts_with("http://") && !url.starts_with("https://")) {
    events->problem("url", "must begin with http:// or https://");
  }
  if (url.size() > kEventUrlBytesMax) events->problem("url", "is longer than 1024 bytes");
  set_event_settings(context_.installation_key, settings, app);
}

void Planner::apply_availability(Fields const& fields, TenantPlan* plan, App& app) {
  auto const availability = fields.object("availability");
  if (!availability) {
    if (fields.has("availability") && fields.value("availability")->is_null()) {
      app.availability = {};
    }
    return;
  }
  Availability out;
  out.all = availability->boolean("all").value_or(false);
  if (out.all) {
    app.availability = out;
    return;
  }
  auto const departments = availability->ids("departments").value_or(std::vector<std::string>());
  auto const users = availability->ids("users").value_or(std::vector<std::string>());
  if (plan == nullptr && (!departments.empty() || !users.empty())) {
    fields.problem("availability", "of a store app can only be all or nobody");
    return;
  }
  for (auto const& id : departments) {
    auto const at = plan->department_ids.find(id);
    if (at == plan->department_ids.end()) {
      availability->problem("departments", "department " + in_quotes(id) + " is unknown");
    } else {
      out.departments.push_back(at->second);
    }
  }
  for (auto const& id : users) {
    auto const user = plan->builder             ? plan->builder->find_user(id)
                      : plan->before != nullptr ? plan->before->find_user(id)
                                                : std::nullopt;
    if (user) {
      out.users.push_back(*user);
    } else {
      availability->problem("users", "user " + in_quotes(id) + " is unknown");
    }
  }
  sort_unique(out.departments);
  sort_unique(out.users);
  app.availability = std::move(out);
}

bool Planner::apply_installed_in(Fields const& fields, App const& app) {
  auto const list = fields.value("installed_in");
  if (!list || list->is_null()) return false;
  if (!list->is_array()) {
    fields.problem("installed_in", "must be a list");
    return false;
  }
  bool changed = false;
  for (auto const element : list->elements()) {
    auto const item = fields.within("installed_in", element);
    if (!item.check_object()) continue;
    auto* const plan = tenant_of(Place::kNone, item);
    if (plan == nullptr) continue;
    auto const* const now = apps_.installation(plan->tenant.no, app.no);
    Installation wanted{plan->tenant.no, app.no, true, now == nullptr ? 0 : now->agent_id};
    if (auto const installed = item.boolean("installed")) wanted.installed = *installed;
    if (auto const agent = item.integer("agent_id", 0, kAgentIdMax)) wanted.agent_id = *agent;
    if (wanted.agent_id == 0 && !app.app_key.empty()) {
      wanted.agent_id = kFirstAgentId + app.no.value;
    }
    changed |= install(wanted);
  }
  return changed;
}

bool Planner::install(Installation const& wanted) {
  auto const* const now = apps_.installation(wanted.tenant, wanted.app);
  if (now != nullptr && *now == wanted) return false;
  apps_.put(wanted);
  out_.changed.installations.push_back(wanted);
  return true;
}

}  // namespace carillon
