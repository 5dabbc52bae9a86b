// One import being planned: the steps and what they know; used by plan_*.cc only.
//
// Shape   1. Everything but users is read and kept as JSON text (it is little).
//         2. Tenants, then departments: numbers, parents, cycles, the order of the tree.
//         3. Apps and developers get their numbers, since users name them.
//         4. Users are read once to count who is new in which department: that gives each
//            department its range of numbers.
//         5. Users are read again and put into the new directories.
//         6. Apps in full (their availability names users), chats and images; directories built.
//         Each step ends the import if it met problems.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "import/fields.h"
#include "import/import.h"
#include "import/source.h"

namespace carillon {

// An entity that is no user, kept until its turn.
struct KeptEntity {
  Place place;
  std::uint32_t document_tenant = Place::kNone;
  std::string json;
};

// A tenant that the file touches.
struct TenantPlan {
  Tenant tenant;
  Directory const* before = nullptr;          // null: new
  std::unique_ptr<DirectoryBuilder> builder;  // made at the first change

  std::vector<Department> departments;  // as they will be; departments[no - 1]
  std::unordered_map<std::string, DepartmentNo> department_ids;  // "0", own ids, open aliases
  std::vector<bool> department_changed;
  // By number of the department: how many new users name it first; once that is known, the number
  // of the next of them, and where their range ends.
  std::vector<std::uint32_t> new_users;
  std::vector<std::uint32_t> ranges_end;
  std::uint64_t users_end = 0;  // of all that are planned

  DeveloperNo developer;  // default_developer(), once asked for
  UserSet seen;           // of the users that exist, those in the file
  UserSet changed;        // created ones included
};

class Planner {
 public:
  Planner(std::string const& path, ImportContext const& context)
      : path_(path), context_(context), ids_(context.installation_key) {}

  Result<PlannedImport> run();

 private:
  struct WaitingUser {
    Place place;
    TenantPlan* plan;
    User user;
    bool created;
  };

  // plan.cc
  Result<void> keep_all_but_users();
  void plan_tenants();
  void plan_chats();
  void plan_images();
  void apply_file(Fields const& fields, Image& image);
  Result<PlannedImport> finish();
  TenantPlan* find_tenant(std::string_view tenant_key);
  TenantPlan& add_tenant(Tenant tenant, Directory const* before);
  // The tenant that an entity belongs to; null with a problem.
  TenantPlan* tenant_of(std::uint32_t document_tenant, Fields const& fields);
  DirectoryBuilder& builder_of(TenantPlan& plan);
  // Calls each(fields, kept) for what was kept of that kind.
  template <class Each>
  void for_each(EntityKind kind, Each const& each);

  // plan_departments.cc
  void plan_departments();
  using Places = std::unordered_map<std::uint32_t, Place>;  // of departments, by number
  void read_department(TenantPlan& plan, Fields const& fields);
  void check_departments(TenantPlan& plan, Places const& given);
  void put_departments(TenantPlan& plan, Places const& given);
  static std::vector<DepartmentNo> tree_order(std::vector<Department> const& departments);

  // plan_users.cc
  Result<void> count_users();
  Result<void> put_users();
  void put_user(Entity const& entity);
  bool apply_user(Fields const& fields, TenantPlan& plan, User& user);
  bool apply_departments(Fields const& fields, TenantPlan& plan, User& user);
  bool apply_union_ids(Fields const& fields, TenantPlan& plan, User& user);
  bool apply_open_ids(Fields const& fields, TenantPlan& plan, User& user);
  bool check_alias(Fields const& fields, std::string_view field, json::Value value,
                   std::string_view prefix, Coordinates const& own);
  void put_waiting();
  void count_user(TenantPlan& plan, UserNo user, bool created);

  // plan_apps.cc
  void number_apps();
  void plan_apps();
  void plan_app(Fields const& fields, KeptEntity const& kept);
  void apply_secret(Fields const& fields, std::string_view field, SecretUse use, App& app);
  void apply_events(Fields const& fields, App& app);
  void apply_availability(Fields const& fields, TenantPlan* plan, App& app);
  void apply_dingtalk(Fields const& fields, App& app);
  bool apply_installed_in(Fields const& fields, App const& app);  // whether that changed anything
  bool install(Installation const& wanted);
  DeveloperNo developer_no(std::string const& name);  // a new one if need be
  DeveloperNo default_developer(TenantPlan& plan);

  std::string const& path_;
  ImportContext const& context_;
  IdSealer ids_;
  Problems problems_;
  std::optional<Source> source_;
  PlannedImport out_;

  std::vector<KeptEntity> kept_[6];  // by EntityKind
  std::vector<std::unique_ptr<TenantPlan>> tenants_;
  std::unordered_map<std::string, std::size_t> tenant_keys_;         // index in tenants_
  std::unordered_map<std::uint32_t, std::size_t> document_tenants_;  // likewise
  std::size_t tenants_created_ = 0;

  AppRegistry apps_;
  std::unordered_map<std::string, DeveloperNo> developer_names_;
  std::vector<WaitingUser> waiting_;  // whose ids are another's until that one changes, too
};

template <class Each>
void Planner::for_each(EntityKind kind, Each const& each) {
  json::Document document;
  for (auto const& kept : kept_[static_cast<std::size_t>(kind)]) {
    if (!document.parse(kept.json)) continue;  // it was parsed before
    Fields const fields(document.root(), kept.place, problems_);
    if (fields.check_object()) each(fields, kept);
  }
}

}  // namespace carillon
