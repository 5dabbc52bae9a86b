#include "store/sqlite/detail_tables.h"

#include "store/rows/detail_rows.h"
#include "store/sqlite/keys.h"

namespace carillon::sqlite {

using namespace rows;

namespace {

template <class Details>
Result<void> put_one(Statement& put, Statement& drop, std::int64_t key, Details const& details) {
  if (details.empty()) return drop.run(key);
  Packer packed;
  pack(packed, details);
  return put.run(key, Blob{packed.bytes()});
}

template <class Details, class Number>
Result<std::vector<Details>> find_all(Statement& find, TenantNo tenant,
                                      std::span<Number const> members) {
  std::vector<Details> out(members.size());
  for (std::size_t i = 0; i < members.size(); ++i) {
    auto row = find.query(member_key(tenant, members[i].value));
    if (row.next() && !unpack(row.bytes(0), out[i])) {
      return fail(Errc::internal, "stored details of tenant " + std::to_string(tenant.value) +
                                      ", member " + std::to_string(members[i].value) +
                                      ", are damaged");
    }
    CHECK_OK(row.end());
  }
  return out;
}

}  // namespace

DetailTables::DetailTables(Database& db)
    : put_user(db, "INSERT OR REPLACE INTO user_details(member, row) VALUES(?,?)"),
      drop_user(db, "DELETE FROM user_details WHERE member = ?"),
      find_user(db, "SELECT row FROM user_details WHERE member = ?"),
      put_department(db, "INSERT OR REPLACE INTO department_details(member, row) VALUES(?,?)"),
      drop_department(db, "DELETE FROM department_details WHERE member = ?"),
      find_department(db, "SELECT row FROM department_details WHERE member = ?") {}

Result<void> put_details(DetailTables& tables, DirectoryRows const& rows) {
  for (auto const& [tenant, user, details] : rows.user_details) {
    CHECK_OK(put_one(tables.put_user, tables.drop_user, member_key(tenant, user.value), details));
  }
  for (auto const& [tenant, department, details] : rows.department_details) {
    CHECK_OK(put_one(tables.put_department, tables.drop_department,
                     member_key(tenant, department.value), details));
  }
  return {};
}

Result<std::vector<UserDetails>> find_details(DetailTables& tables, TenantNo tenant,
                                              std::span<UserNo const> users) {
  return find_all<UserDetails>(tables.find_user, tenant, users);
}

Result<std::vector<DepartmentDetails>> find_details(DetailTables& tables, TenantNo tenant,
                                                    std::span<DepartmentNo const> departments) {
  return find_all<DepartmentDetails>(tables.find_department, tenant, departments);
}

}  // namespace carillon::sqlite
