#include "dialect/feishu/contact_json.h"

#include <algorithm>

#include "core/detail_steps.h"

namespace carillon::feishu {
namespace {

// The departments that are shown: those of a user who is still there.
std::span<DepartmentNo const> departments_of(Directory const& directory, UserNo user) {
  if (directory.resigned(user)) return {};
  return directory.departments_of(user);
}

DepartmentPlace place_in(UserDetails const& details, DepartmentNo department) {
  auto const at =
      std::find_if(details.places.begin(), details.places.end(),
                   [&](DepartmentPlace const& place) { return place.department == department; });
  if (at != details.places.end()) return *at;
  DepartmentPlace out;
  out.department = department;
  return out;
}

void write_departments(json::Writer& out, ContactCall const& call, UserNo user,
                       UserDetails const& details) {
  auto const departments = departments_of(call.directory(), user);
  out.begin_array("department_ids");
  for (auto const department : departments) out.string(call.department_id(department));
  out.end_array();
  out.begin_array("orders");
  for (auto const department : departments) {
    auto const place = place_in(details, department);
    out.begin_object()
        .field("department_id", call.department_id(department))
        .field("user_order", place.user_order)
        .field("department_order", place.department_order)
        .field("is_primary_dept", place.primary)
        .end_object();
  }
  out.end_array();
}

void write_avatar(json::Writer& out, std::string_view key) {
  out.field("avatar_key", key).begin_object("avatar");
  for (auto const* size : {"avatar_72", "avatar_240", "avatar_640", "avatar_origin"}) {
    out.field(size, "");
  }
  out.end_object();
}

}  // namespace

void write_user_status(json::Writer& out, Directory const& directory, UserNo user) {
  bool const resigned = directory.resigned(user);
  bool const active = directory.active().contains(user);
  out.begin_object("status")
      .field("is_frozen", !active && !resigned)
      .field("is_resigned", resigned)
      .field("is_activated", active)
      .field("is_exited", false)
      .field("is_unjoin", false)
      .end_object();
}

void write_user(json::Writer& out, ContactCall const& call, UserNo user, UserDetails const& details,
                MobileShown mobile) {
  auto const& directory = call.directory();
  auto const row = directory.user(user);
  out.begin_object().field("union_id", call.union_id(user));
  if (call.may_see_user_ids()) out.field("user_id", row.user_id);
  out.field("open_id", call.open_id(user))
      .field("name", row.name)
      .field("en_name", details.english_name)
      .field("nickname", details.nickname)
      .field("email", row.email);
  if (mobile == MobileShown::yes) out.field("mobile", row.mobile);
  out.field("mobile_visible", !details.mobile_hidden).field("gender", details.gender);
  write_avatar(out, details.avatar);
  write_user_status(out, directory, user);
  write_departments(out, call, user, details);
  out.field("leader_user_id", call.user_id(details.leader))
      .field("city", details.city)
      .field("country", details.country)
      .field("work_station", details.workplace)
      .field("join_time", details.joined_at)
      .field("is_tenant_manager", false)
      .field("employee_no", details.employee_no)
      .field("employee_type", details.employment == 0 ? 1 : details.employment);
  if (auto const attrs = find_named(details.extensions, kCustomAttrs); !attrs.empty()) {
    out.key("custom_attrs").raw(attrs);
  }
  out.field("enterprise_email", details.work_email)
      .field("job_title", details.job_title)
      .end_object();
}

void write_department(json::Writer& out, ContactCall const& call, DepartmentNo department,
                      DepartmentDetails const& details) {
  auto const& directory = call.directory();
  auto const& row = directory.department(department);
  bool const root = department == kRootDepartment;
  out.begin_object()
      .field("name", root ? directory.tenant().name : row.name)
      .begin_object("i18n_name");
  for (std::string_view const locale : {"zh_cn", "ja_jp", "en_us"}) {
    out.field(locale, find_named(details.names, locale));
  }
  out.end_object()
      .field("parent_department_id", root ? "" : call.department_id(row.parent))
      .field("department_id", root ? "0" : row.department_id)
      .field("open_department_id", call.open_department_id(department))
      .field("leader_user_id", call.user_id(details.leader))
      .field("chat_id", "")
      .field("order", std::to_string(row.order));
  auto const units = find_named(details.extensions, kUnitIds);
  out.key("unit_ids").raw(units.empty() ? "[]" : units);
  auto const members = directory.members_below(department).size();
  out.field("member_count", members)
      .begin_object("status")
      .field("is_deleted", false)
      .end_object()
      .begin_array("leaders");
  for (auto const& [user, kind] : details.managers) {
    out.begin_object().field("leaderType", kind).field("leaderID", call.user_id(user)).end_object();
  }
  out.end_array().field("primary_member_count", members).end_object();
}

}  // namespace carillon::feishu
