// SQL and rows of the directory: tenants, departments, users, chats, images, developers, apps and
// installations.
//
// Shape   Upserts by number or name. A user is one packed column, because a restart reads them all.
#pragma once

#include <functional>

#include "ledger/change.h"
#include "store/sqlite/database.h"
#include "store/sqlite/detail_tables.h"

namespace carillon::sqlite {

struct DirectoryTables {
  explicit DirectoryTables(Database& db);

  // Each put takes the columns of its table, each load gives them.
  Statement put_tenant, load_tenants;
  Statement put_department, load_departments;
  Statement put_user, load_users;
  Statement put_chat, load_chats;
  Statement put_image, load_images;
  Statement put_developer, load_developers;
  Statement put_app, load_apps;
  Statement put_installation, load_installations;
  DetailTables details;
};

Result<void> put(DirectoryTables& tables, DirectoryRows const& rows);
// Everything, tenants first, a few thousand rows at a time.
Result<void> load(DirectoryTables& tables,
                  std::function<Result<void>(DirectoryRows&& some_rows)> const& take);

}  // namespace carillon::sqlite
