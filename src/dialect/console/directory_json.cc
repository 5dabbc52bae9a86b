#include "dialect/console/directory_json.h"

namespace carillon::console {

Result<Directory const*> get_tenant(Organisation const& organisation, std::string_view tenant_key) {
  auto const* directory = organisation.find_tenant(tenant_key);
  if (directory == nullptr) return fail(Errc::not_found, "no such tenant");
  return directory;
}

std::optional<DepartmentNo> find_department(Directory const& directory, std::string_view id,
                                            IdSealer const& ids) {
  return id == "0" ? kRootDepartment : directory.find_department(id, ids);
}

std::string_view department_id(Directory const& directory, DepartmentNo department) {
  if (department == kRootDepartment) return "0";
  return directory.department(department).department_id;
}

std::string_view department_name(Directory const& directory, DepartmentNo department) {
  std::string_view const name = directory.department(department).name;
  if (name.empty() && department == kRootDepartment) return directory.tenant().name;
  return name;
}

Result<UserNo> get_user(Directory const& directory, std::string_view user_id) {
  auto const user = directory.find_user(user_id);
  if (!user || directory.resigned(*user)) return fail(Errc::not_found, "no such person");
  return *user;
}

void append_department_name(json::Writer& json, Directory const& directory,
                            DepartmentNo department) {
  json.begin_object()
      .field("department_id", department_id(directory, department))
      .field("name", department_name(directory, department))
      .end_object();
}

void append_departments_of(json::Writer& json, Directory const& directory, UserNo user) {
  json.begin_array("departments");
  for (auto const department : directory.departments_of(user)) {
    append_department_name(json, directory, department);
  }
  json.end_array();
}

void append_department(json::Writer& json, Directory const& directory, DepartmentNo department) {
  json.field("department_id", department_id(directory, department))
      .field("name", department_name(directory, department))
      .key("parent");
  if (department == kRootDepartment) {
    json.null();
  } else {
    json.string(department_id(directory, directory.department(department).parent));
  }
  json.field("members", directory.members_below(department).count_common(directory.active()))
      .field("has_children", !directory.children(department).empty());
}

void append_person(json::Writer& json, Directory const& directory, UserNo user) {
  auto const row = directory.user(user);
  json.field("user_id", row.user_id).field("name", row.name);
  append_departments_of(json, directory, user);
  if (!row.email.empty()) json.field("email", row.email);
  if (!row.mobile.empty()) json.field("mobile", row.mobile);
  json.field("active", row.active);
}

}  // namespace carillon::console
