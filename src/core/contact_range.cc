#include "core/contact_range.h"

#include <algorithm>

namespace carillon {

bool in_range(Directory const& directory, App const& app, DepartmentNo department) {
  auto const& availability = app.availability;
  if (availability.all) return true;
  for (auto at = department; at; at = directory.department(at).parent) {
    auto const& named = availability.departments;
    if (std::find(named.begin(), named.end(), at) != named.end()) return true;
  }
  return false;
}

bool in_range(Directory const& directory, App const& app, UserNo user) {
  auto const& availability = app.availability;
  if (availability.all) return true;
  if (std::find(availability.users.begin(), availability.users.end(), user) !=
      availability.users.end()) {
    return true;
  }
  auto const departments = directory.departments_of(user);
  return std::any_of(departments.begin(), departments.end(),
                     [&](DepartmentNo department) { return in_range(directory, app, department); });
}

}  // namespace carillon
