// Everything that requests are checked against: the directories, the apps with their tokens'
// secrets, the operators. One immutable value, swapped whole after a change of it is on disk.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "access/app.h"
#include "access/operator.h"
#include "base/result.h"
#include "directory/directory.h"

namespace carillon {

// The apps and developers of the installation, by number and by outside name.
class AppRegistry {
 public:
  App const* find(std::string_view app_id) const;
  App const* find(AppNo no) const;
  App const* find_key(std::string_view app_key) const;
  bool installed(TenantNo tenant, AppNo app) const;
  Installation const* installation(TenantNo tenant, AppNo app) const;
  std::optional<DeveloperNo> find_developer(std::string_view name) const;
  std::vector<App> const& apps() const { return apps_; }  // ascending by number
  std::vector<Developer> const& developers() const { return developers_; }
  std::vector<Installation> installations() const;

  // For building a changed copy; each replaces what has the same key.
  void put(App app);
  void put(Developer developer);
  void put(Installation installation);
  AppNo next_app() const { return AppNo{static_cast<std::uint32_t>(apps_.size() + 1)}; }
  DeveloperNo next_developer() const {
    return DeveloperNo{static_cast<std::uint32_t>(developers_.size() + 1)};
  }

 private:
  std::vector<App> apps_;  // apps_[no - 1]
  std::vector<Developer> developers_;
  std::unordered_map<std::string, AppNo> by_id_;
  std::unordered_map<std::string, AppNo> by_key_;
  std::map<std::pair<TenantNo, AppNo>, Installation> installations_;
};

struct Organisation {
  std::uint64_t version = 0;                                  // rises with every change
  std::vector<std::shared_ptr<Directory const>> directories;  // directories[tenant no - 1]
  std::shared_ptr<AppRegistry const> apps = std::make_shared<AppRegistry>();
  std::shared_ptr<OperatorRegistry const> operators = std::make_shared<OperatorRegistry>();

  Directory const* find(TenantNo tenant) const;
  Directory const* find_tenant(std::string_view tenant_key) const;
  Directory const* find_corp(std::string_view corp_id) const;
};

// Is the app in use in that tenant?
// Errors  app_deleted, app_disabled, app_not_installed.
Result<void> check_in_use(Organisation const& organisation, TenantNo tenant, App const& app);

}  // namespace carillon
