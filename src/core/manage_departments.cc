#include "core/manage_departments.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/contact_range.h"
#include "directory/names.h"

namespace carillon {
namespace {

std::string const kDepartmentCall = "department";

Result<void> apply_department_id(DirectoryChange const& change, DepartmentFields const& fields,
                                 Department& department) {
  auto const& directory = change.directory();
  auto const& ids = change.view().ids();
  if (!fields.department_id || fields.department_id->empty()) {
    department.department_id = ids.seal({IdKind::open_department, change.view().generation(),
                                         change.tenant().value, department.no.value, 1});
    return {};
  }
  if (auto const problem = department_id_problem(*fields.department_id); !problem.empty()) {
    return fail(Errc::bad_department_id, "department_id " + std::string(problem));
  }
  if (auto const holder = directory.find_department(*fields.department_id, ids)) {
    auto const& there = directory.department(*holder);
    bool const same = there.name == fields.name && there.parent == fields.parent;
    return fail(same ? Errc::department_exists : Errc::department_id_taken,
                "\"" + *fields.department_id + "\"");
  }
  department.department_id = *fields.department_id;
  return {};
}

// Its own, unless an import has given that to another.
std::int64_t fresh_number(Directory const& directory, DepartmentNo department) {
  std::int64_t number = department.value;
  while (directory.find_department_number(number)) number += directory.departments_end();
  return number;
}

Result<void> apply_parent(DirectoryChange const& change, DepartmentNo parent,
                          Department& department) {
  auto const& directory = change.directory();
  if (parent == department.parent) return {};
  if (!directory.has_department(parent)) return fail(Errc::parent_unknown);
  if (!in_range(directory, change.app(), parent)) return fail(Errc::parent_out_of_range);
  if (directory.has_department(department.no) && directory.is_below(parent, department.no)) {
    return fail(Errc::department_cycle);
  }
  department.parent = parent;
  return {};
}

Result<void> check_siblings(Directory const& directory, DepartmentFields const& fields,
                            Department& department) {
  bool const is_new = !directory.has_department(department.no);
  bool const may_clash = fields.order_clash == OrderClash::allowed || !fields.order;
  std::int64_t last = 0;
  for (auto const no : directory.children(department.parent)) {
    if (no == department.no) continue;
    auto const& sibling = directory.department(no);
    if (sibling.name == department.name) {
      return fail(Errc::department_name_taken, "\"" + department.name + "\"");
    }
    if (!may_clash && sibling.order == department.order) {
      return fail(Errc::department_order_taken, std::to_string(department.order));
    }
    last = std::max(last, sibling.order);
  }
  if (is_new && !fields.order) department.order = last == INT64_MAX ? last : last + 1;
  return {};
}

Result<void> apply_department_fields(DirectoryChange const& change, DepartmentFields const& fields,
                                     Department& department) {
  auto const before = department;
  if (fields.name) {
    auto const problem = fields.name->empty() ? "is empty" : name_problem(*fields.name);
    if (!problem.empty()) return fail(Errc::bad_name, "name " + std::string(problem));
    department.name = *fields.name;
  }
  if (fields.parent) CHECK_OK(apply_parent(change, *fields.parent, department));
  if (fields.order) department.order = *fields.order;
  if (department == before) return {};
  return check_siblings(change.directory(), fields, department);
}

void put_department_details(DirectoryChange& change, DepartmentNo department,
                            DepartmentDetails const& before, DepartmentFields const& fields) {
  auto after = before;
  fields.details(after);
  if (after != before) {
    change.rows().department_details.push_back({change.tenant(), department, std::move(after)});
  }
}

// The department as it is, if the caller may change it.
Result<Department> get_department(DirectoryChange const& change, DepartmentNo department) {
  auto const& directory = change.directory();
  if (!directory.has_department(department)) return fail(Errc::department_unknown);
  if (department == kRootDepartment) return fail(Errc::department_is_root);
  if (!in_range(directory, change.app(), department)) return fail(Errc::department_out_of_range);
  return directory.department(department);
}

}  // namespace

Result<Decided<DepartmentNo>> create_department(View& view, NewDepartment const& command) {
  TRY(auto change, DirectoryChange::begin(view, command.caller));
  TRY(auto const made, change.find_made(kDepartmentCall, command.retry));
  if (made) return change.finish(DepartmentNo{static_cast<std::uint32_t>(*made)});

  auto const& fields = command.fields;
  if (!fields.name) return fail(Errc::bad_name, "name is missing");
  if (!fields.parent) return fail(Errc::parent_missing);
  Department department;
  department.no = change.edit().next_department();
  department.generation = view.generation();
  department.dept_number = fresh_number(change.directory(), department.no);
  CHECK_OK(apply_department_id(change, fields, department));
  CHECK_OK(apply_department_fields(change, fields, department));
  auto const no = department.no;
  CHECK_OK(change.put(std::move(department)));
  if (fields.details) put_department_details(change, no, {}, fields);
  change.note_made(kDepartmentCall, command.retry, no.value);
  return change.finish(no);
}

Result<Decided<Nothing>> change_department(View& view, ChangeDepartment const& command) {
  TRY(auto change, DirectoryChange::begin(view, command.caller));
  TRY(auto const before, get_department(change, command.department));
  auto after = before;
  CHECK_OK(apply_department_fields(change, command.fields, after));
  if (after != before) CHECK_OK(change.put(std::move(after)));
  if (command.fields.details) {
    TRY(auto const details, view.department_details(change.tenant(), command.department));
    put_department_details(change, command.department, details, command.fields);
  }
  return change.finish(Nothing{});
}

Result<Decided<Nothing>> delete_department(View& view, DirectoryCaller const& caller,
                                           DepartmentNo department) {
  TRY(auto change, DirectoryChange::begin(view, caller));
  TRY(auto row, get_department(change, department));
  auto const& directory = change.directory();
  if (!directory.children(department).empty()) return fail(Errc::department_has_children);
  if (!directory.members(department).empty()) return fail(Errc::department_has_users);
  change.edit().erase(department);
  row.deleted = true;
  row.open_alias.clear();
  change.rows().departments.emplace_back(change.tenant(), std::move(row));
  return change.finish(Nothing{});
}

}  // namespace carillon
