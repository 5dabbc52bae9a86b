// Departments and people of a tenant as our API shows them, and how a caller names them.
//
// Shape   department: {department_id, name, parent, members, has_children}; person: {user_id, name,
//         departments:[{department_id,name}], email?, mobile?, active}. The root is "0" and has no
//         parent; its name is the tenant's unless it has one.
// Errors  not_found: no such tenant, department or person (also: resigned).
// Cost    Pure; `members` counts a set.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "access/organisation.h"
#include "base/result.h"
#include "crypto/sealed_id.h"
#include "json/writer.h"

namespace carillon::console {

Result<Directory const*> get_tenant(Organisation const& organisation, std::string_view tenant_key);

// By department_id or open_department_id; "0" is the root.
std::optional<DepartmentNo> find_department(Directory const& directory, std::string_view id,
                                            IdSealer const& ids);
std::string_view department_id(Directory const& directory, DepartmentNo department);
std::string_view department_name(Directory const& directory, DepartmentNo department);

Result<UserNo> get_user(Directory const& directory, std::string_view user_id);

// {department_id, name}
void append_department_name(json::Writer& json, Directory const& directory,
                            DepartmentNo department);
void append_departments_of(json::Writer& json, Directory const& directory, UserNo user);

// Members only; the braces are the caller's.
void append_department(json::Writer& json, Directory const& directory, DepartmentNo department);
void append_person(json::Writer& json, Directory const& directory, UserNo user);

}  // namespace carillon::console
