// Which part of a directory an app may see and change: its availability.
//
// Shape   A department is in range if it or one above it is named; a user if they are named or
//         one of their departments is in range.
// Cost    A walk up the tree for each department; no allocation.
#pragma once

#include "access/app.h"
#include "directory/directory.h"

namespace carillon {

bool in_range(Directory const& directory, App const& app, DepartmentNo department);
bool in_range(Directory const& directory, App const& app, UserNo user);

}  // namespace carillon
