// What memory does not keep of users and departments, as it lies packed in a row.
#pragma once

#include <string_view>

#include "directory/entities.h"
#include "store/rows/packing.h"

namespace carillon::rows {

void pack(Packer& out, UserDetails const& details);
void pack(Packer& out, DepartmentDetails const& details);
// Into empty details.
bool unpack(std::string_view bytes, UserDetails& out);
bool unpack(std::string_view bytes, DepartmentDetails& out);

}  // namespace carillon::rows
