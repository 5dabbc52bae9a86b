// The dense numbers of a directory. TenantNo is the installation's; the others are a tenant's own
// (departments) or the installation's (developers, apps: store apps live in many tenants).
#pragma once

#include "base/number.h"
#include "people/user_no.h"

namespace carillon {

struct TenantTag {};
struct DepartmentTag {};
struct DeveloperTag {};
struct AppTag {};
using TenantNo = Number<TenantTag>;          // below 2^24
using DepartmentNo = Number<DepartmentTag>;  // 1 is the root, which is called "0" outside
using DeveloperNo = Number<DeveloperTag>;
using AppNo = Number<AppTag>;

inline constexpr DepartmentNo kRootDepartment{1};

}  // namespace carillon
