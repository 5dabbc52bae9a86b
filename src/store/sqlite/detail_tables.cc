#include "store/sqlite/detail_tables.h"

#include <utility>

#include "store/sqlite/keys.h"
#include "store/sqlite/packing.h"

namespace carillon::sqlite {
namespace {

using NamedTexts = std::vector<std::pair<std::string, std::string>>;

// The first number of a row; a row with more to tell gets another.
constexpr std::uint64_t kForm = 1;

void pack_texts(Packer& out, NamedTexts const& texts) {
  out.number(texts.size());
  for (auto const& [name, text] : texts) {
    out.text(name);
    out.text(text);
  }
}

NamedTexts unpack_texts(Unpacker& in) {
  NamedTexts out(in.count());
  for (auto& [name, text] : out) {
    name = in.text();
    text = in.text();
  }
  return out;
}

template <class Number>
Number unpack_no(Unpacker& in) {
  return Number{static_cast<std::uint32_t>(in.number())};
}

void pack(Packer& out, UserDetails const& details) {
  out.number(kForm);
  out.number(details.gender);
  out.number(details.mobile_hidden ? 1 : 0);
  out.number(details.leader.value);
  out.signed_number(details.joined_at);
  out.number(details.employment);
  for (auto const* text : {&details.english_name, &details.nickname, &details.avatar, &details.city,
                           &details.country, &details.workplace, &details.employee_no,
                           &details.work_email, &details.job_title, &details.remark}) {
    out.text(*text);
  }
  out.number(details.places.size());
  for (auto const& place : details.places) {
    out.number(place.department.value);
    out.signed_number(place.user_order);
    out.signed_number(place.department_order);
    out.number((place.primary ? 1U : 0U) | (place.leads ? 2U : 0U));
  }
  pack_texts(out, details.extensions);
}

UserDetails unpack(Unpacker& in, UserDetails /*kind*/) {
  UserDetails out;
  in.number();  // kForm
  out.gender = static_cast<std::uint8_t>(in.number());
  out.mobile_hidden = in.number() != 0;
  out.leader = unpack_no<UserNo>(in);
  out.joined_at = in.signed_number();
  out.employment = static_cast<std::uint8_t>(in.number());
  for (auto* text :
       {&out.english_name, &out.nickname, &out.avatar, &out.city, &out.country, &out.workplace,
        &out.employee_no, &out.work_email, &out.job_title, &out.remark}) {
    *text = in.text();
  }
  out.places.resize(in.count());
  for (auto& place : out.places) {
    place.department = unpack_no<DepartmentNo>(in);
    place.user_order = in.signed_number();
    place.department_order = in.signed_number();
    auto const flags = in.number();
    place.primary = (flags & 1) != 0;
    place.leads = (flags & 2) != 0;
  }
  out.extensions = unpack_texts(in);
  return out;
}

void pack(Packer& out, DepartmentDetails const& details) {
  out.number(kForm);
  pack_texts(out, details.names);
  out.number(details.leader.value);
  out.number(details.managers.size());
  for (auto const& [user, kind] : details.managers) {
    out.number(user.value);
    out.number(kind);
  }
  pack_texts(out, details.extensions);
}

DepartmentDetails unpack(Unpacker& in, DepartmentDetails /*kind*/) {
  DepartmentDetails out;
  in.number();  // kForm
  out.names = unpack_texts(in);
  out.leader = unpack_no<UserNo>(in);
  out.managers.resize(in.count());
  for (auto& [user, kind] : out.managers) {
    user = unpack_no<UserNo>(in);
    kind = static_cast<std::uint8_t>(in.number());
  }
  out.extensions = unpack_texts(in);
  return out;
}

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
    if (row.next()) {
      Unpacker in(row.bytes(0));
      out[i] = unpack(in, Details());
      if (!in.ok() || !in.at_end()) {
        return fail(Errc::internal, "stored details of tenant " + std::to_string(tenant.value) +
                                        ", member " + std::to_string(members[i].value) +
                                        ", are damaged");
      }
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
