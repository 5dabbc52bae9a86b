// A small organisation for unit tests: tenant "acme", departments, users, one app "cli_a".
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "access/organisation.h"
#include "directory/directory.h"

namespace carillon {

struct TestUser {
  std::string user_id;
  std::vector<DepartmentNo> departments = {kRootDepartment};
  bool active = true;

  // NOLINTBEGIN(google-explicit-constructor): lists of plain names read better
  TestUser(char const* id) : user_id(id) {}
  TestUser(std::string id) : user_id(std::move(id)) {}
  // NOLINTEND(google-explicit-constructor)
  TestUser(std::string id, std::vector<DepartmentNo> in, bool is_active = true)
      : user_id(std::move(id)), departments(std::move(in)), active(is_active) {}
};

inline App make_app(std::uint32_t no, std::string app_id) {
  App app;
  app.no = AppNo{no};
  app.app_id = std::move(app_id);
  app.name = "App " + app.app_id;
  app.tenant = TenantNo{1};
  app.developer = DeveloperNo{1};
  app.scopes = {"send", "to_users", "to_departments"};
  app.secrets.push_back({1, SecretUse::app_id, {}, false, Time{}});
  return app;
}

// Departments: eng (2) with eng-web (3) below it, and sales (4). Users are numbered from 0 or 1 as
// the directory does, in the order given.
inline std::shared_ptr<Organisation const> make_organisation(
    std::vector<TestUser> const& users, std::vector<std::string> const& app_ids = {"cli_a"}) {
  Tenant tenant;
  tenant.no = TenantNo{1};
  tenant.tenant_key = "acme";
  DirectoryBuilder builder(tenant);
  for (auto const& [id, parent] : std::vector<std::pair<std::string, DepartmentNo>>{
           {"eng", kRootDepartment}, {"eng-web", DepartmentNo{2}}, {"sales", kRootDepartment}}) {
    Department department;
    department.department_id = id;
    department.parent = parent;
    department.name = id;
    (void)builder.put(std::move(department)).value();
  }
  for (auto const& given : users) {
    User user;
    user.user_id = given.user_id;
    user.name = given.user_id;
    user.departments = given.departments;
    user.active = given.active;
    (void)builder.put(std::move(user)).value();
  }
  auto out = std::make_shared<Organisation>();
  out->version = 1;
  out->directories.push_back(builder.build().value());
  auto apps = std::make_shared<AppRegistry>();
  apps->put(Developer{DeveloperNo{1}, "acme"});
  std::uint32_t no = 0;
  for (auto const& app_id : app_ids) {
    apps->put(make_app(++no, app_id));
    apps->put(Installation{TenantNo{1}, AppNo{no}, true, 0});
  }
  out->apps = std::move(apps);
  return out;
}

}  // namespace carillon
