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
  by_id_[app.app_id] = app.no;
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

}  // namespace carillon
