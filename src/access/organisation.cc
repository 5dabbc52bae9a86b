#include "access/organisation.h"

#include <utility>

namespace carillon {

App const* AppRegistry::find(std::string_view app_id) const {
  auto const at = by_id_.find(std::string(app_id));
  return at == by_id_.end() ? nullptr : find(at->second);
}

App const* AppRegistry::find(AppNo no) const {
  return no.value == 0 || no.value > apps_.size() ? nullptr : &apps_[no.value - 1];
}

App const* AppRegistry::find_key(std::string_view app_key) const {
  auto const at = by_key_.find(std::string(app_key));
  return at == by_key_.end() ? nullptr : find(at->second);
}

bool AppRegistry::installed(TenantNo tenant, AppNo app) const {
  auto const* at = installation(tenant, app);
  return at != nullptr && at->installed;
}

Installation const* AppRegistry::installation(TenantNo tenant, AppNo app) const {
  auto const at = installations_.find({tenant, app});
  return at == installations_.end() ? nullptr : &at->second;
}

std::optional<DeveloperNo> AppRegistry::find_developer(std::string_view name) const {
  for (auto const& developer : developers_) {
    if (developer.name == name) return developer.no;
  }
  return std::nullopt;
}

std::vector<Installation> AppRegistry::installations() const {
  std::vector<Installation> out;
  out.reserve(installations_.size());
  for (auto const& [key, installation] : installations_) out.push_back(installation);
  return out;
}

void AppRegistry::put(App app) {
  if (app.no.value > apps_.size()) apps_.resize(app.no.value);
  auto& slot = apps_[app.no.value - 1];
  if (!slot.app_id.empty()) by_id_.erase(slot.app_id);
  // A deleted app's key may be another's by now.
  if (auto const at = by_key_.find(slot.app_key); at != by_key_.end() && at->second == app.no) {
    by_key_.erase(at);
  }
  by_id_[app.app_id] = app.no;
  if (!app.app_key.empty() && !app.deleted) by_key_[app.app_key] = app.no;
  slot = std::move(app);
}

void AppRegistry::put(Developer developer) {
  if (developer.no.value > developers_.size()) developers_.resize(developer.no.value);
  auto const index = developer.no.value - 1;
  developers_[index] = std::move(developer);
}

void AppRegistry::put(Installation installation) {
  installations_[{installation.tenant, installation.app}] = installation;
}

Directory const* Organisation::find(TenantNo tenant) const {
  if (tenant.value == 0 || tenant.value > directories.size()) return nullptr;
  return directories[tenant.value - 1].get();
}

Directory const* Organisation::find_tenant(std::string_view tenant_key) const {
  for (auto const& directory : directories) {
    if (directory && directory->tenant().tenant_key == tenant_key) return directory.get();
  }
  return nullptr;
}

Directory const* Organisation::find_corp(std::string_view corp_id) const {
  if (corp_id.empty()) return nullptr;
  for (auto const& directory : directories) {
    if (directory && directory->tenant().corp_id == corp_id) return directory.get();
  }
  return nullptr;
}

Result<void> check_in_use(Organisation const& organisation, TenantNo tenant, App const& app) {
  if (app.deleted) return fail(Errc::app_deleted);
  if (!app.enabled) return fail(Errc::app_disabled);
  if (!organisation.apps->installed(tenant, app.no)) return fail(Errc::app_not_installed);
  return {};
}

}  // namespace carillon
