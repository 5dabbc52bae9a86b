// SQL and rows of what memory does not keep of users and departments.
//
// Shape   A packed row each, written whole; details with nothing in them have none.
#pragma once

#include <span>
#include <vector>

#include "ledger/change.h"
#include "store/sqlite/database.h"

namespace carillon::sqlite {

struct DetailTables {
  explicit DetailTables(Database& db);

  Statement put_user, drop_user, find_user;
  Statement put_department, drop_department, find_department;
};

Result<void> put_details(DetailTables& tables, DirectoryRows const& rows);
// In the order asked for; empty where there is no row.
Result<std::vector<UserDetails>> find_details(DetailTables& tables, TenantNo tenant,
                                              std::span<UserNo const> users);
Result<std::vector<DepartmentDetails>> find_details(DetailTables& tables, TenantNo tenant,
                                                    std::span<DepartmentNo const> departments);

}  // namespace carillon::sqlite
