#include "core/manage_users.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/contact_range.h"
#include "directory/contact_key.h"
#include "directory/names.h"

namespace carillon {
namespace {

std::string const kUserCall = "user";

Error wrong(Errc code, char const* field, std::string_view problem) {
  return fail(code, std::string(field) + " " + std::string(problem));
}

// Eight digits that nobody has, from the user's number: the form that generated ids have outside.
std::string fresh_user_id(DirectoryChange const& change, UserNo user) {
  auto const& view = change.view();
  auto digits =
      view.ids().seal({IdKind::union_id, view.generation(), change.tenant().value, 0, user.value});
  for (std::size_t at = 0; at + 8 <= digits.size(); ++at) {
    auto id = digits.substr(at, 8);
    if (!change.directory().find_user(id)) return id;
  }
  return digits;
}

Result<void> apply_user_id(DirectoryChange const& change, UserFields const& fields, User& user) {
  if (!fields.user_id || fields.user_id->empty()) {
    user.user_id = fresh_user_id(change, user.no);
    return {};
  }
  if (auto const problem = id_problem(*fields.user_id); !problem.empty()) {
    return wrong(Errc::bad_user_id, "user_id", problem);
  }
  auto const holder = change.directory().find_user(*fields.user_id);
  if (holder && !change.directory().resigned(*holder)) {
    return fail(Errc::user_id_taken, "\"" + *fields.user_id + "\"");
  }
  user.user_id = *fields.user_id;
  return {};
}

// Only what changes is judged, so that imported oddities do not stand in the way of other fields.
Result<void> apply_contacts(Directory const& directory, UserFields const& fields, User& user) {
  auto const taken = [&](std::optional<UserNo> holder) { return holder && *holder != user.no; };
  if (fields.mobile && fields.email &&
      (*fields.mobile != user.mobile || *fields.email != user.email)) {
    auto const by_mobile = directory.find_mobile(*fields.mobile);
    auto const by_email = directory.find_email(*fields.email);
    if (taken(by_mobile) && taken(by_email) && *by_mobile != *by_email) {
      return fail(Errc::contacts_of_two);
    }
  }
  if (fields.mobile && *fields.mobile != user.mobile) {
    auto const problem = mobile_problem(*fields.mobile);
    if (!fields.mobile->empty() && !problem.empty()) {
      return wrong(Errc::bad_mobile, "mobile", problem);
    }
    if (taken(directory.find_mobile(*fields.mobile))) return fail(Errc::mobile_taken);
    user.mobile = *fields.mobile;
  }
  if (fields.email && *fields.email != user.email) {
    auto const problem = email_problem(*fields.email);
    if (!fields.email->empty() && !problem.empty()) {
      return wrong(Errc::bad_email, "email", problem);
    }
    if (taken(directory.find_email(*fields.email))) return fail(Errc::email_taken);
    user.email = *fields.email;
  }
  return {};
}

Result<void> apply_departments(DirectoryChange const& change, UserFields const& fields,
                               User& user) {
  std::vector<DepartmentNo> wanted;
  if (fields.departments) wanted = *fields.departments;
  if (!fields.departments && !user.departments.empty()) return {};
  if (wanted.empty()) wanted.push_back(kRootDepartment);
  std::vector<DepartmentNo> unique;
  for (auto const department : wanted) {
    auto const& directory = change.directory();
    if (!directory.has_department(department)) return fail(Errc::department_unknown);
    auto const has = [&](std::vector<DepartmentNo> const& list) {
      return std::find(list.begin(), list.end(), department) != list.end();
    };
    // Where the user is already they may stay.
    if (!has(user.departments) && !in_range(directory, change.app(), department)) {
      return fail(Errc::department_out_of_range);
    }
    if (!has(unique)) unique.push_back(department);
  }
  user.departments = std::move(unique);
  return {};
}

Result<void> apply_user_fields(DirectoryChange const& change, UserFields const& fields,
                               User& user) {
  if (fields.name) {
    auto const problem = fields.name->empty() ? "is empty" : name_problem(*fields.name);
    if (!problem.empty()) return wrong(Errc::bad_name, "name", problem);
    user.name = *fields.name;
  }
  CHECK_OK(apply_contacts(change.directory(), fields, user));
  CHECK_OK(apply_departments(change, fields, user));
  if (fields.active) user.active = *fields.active;
  return {};
}

void put_user_details(DirectoryChange& change, UserNo user, UserDetails const& before,
                      UserFields const& fields) {
  auto after = before;
  fields.details(after);
  if (after != before) {
    change.rows().user_details.push_back({change.tenant(), user, std::move(after)});
  }
}

// The user as they are, if the caller may change them.
Result<User> get_user(DirectoryChange const& change, UserNo user) {
  auto const& directory = change.directory();
  if (!directory.has_user(user) || directory.resigned(user)) return fail(Errc::user_unknown);
  if (!in_range(directory, change.app(), user)) return fail(Errc::user_out_of_range);
  return directory.user(user);
}

}  // namespace

Result<Decided<UserNo>> create_user(View& view, NewUser const& command) {
  TRY(auto change, DirectoryChange::begin(view, command.caller));
  TRY(auto const made, change.find_made(kUserCall, command.retry));
  if (made) return change.finish(UserNo{static_cast<std::uint32_t>(*made)});

  auto const& fields = command.fields;
  User user;
  user.no = change.edit().next_user();
  user.generation = view.generation();
  if (!fields.name) return wrong(Errc::bad_name, "name", "is missing");
  CHECK_OK(apply_user_id(change, fields, user));
  CHECK_OK(apply_user_fields(change, fields, user));
  auto const no = user.no;
  CHECK_OK(change.put(std::move(user)));
  if (fields.details) put_user_details(change, no, {}, fields);
  change.note_made(kUserCall, command.retry, no.value);
  return change.finish(no);
}

Result<Decided<Nothing>> change_user(View& view, ChangeUser const& command) {
  TRY(auto change, DirectoryChange::begin(view, command.caller));
  TRY(auto const before, get_user(change, command.user));
  auto after = before;
  CHECK_OK(apply_user_fields(change, command.fields, after));
  if (after != before) CHECK_OK(change.put(std::move(after)));
  if (command.fields.details) {
    TRY(auto const details, view.user_details(change.tenant(), command.user));
    put_user_details(change, command.user, details, command.fields);
  }
  return change.finish(Nothing{});
}

Result<Decided<Nothing>> delete_user(View& view, DirectoryCaller const& caller, UserNo user) {
  TRY(auto change, DirectoryChange::begin(view, caller));
  TRY(auto row, get_user(change, user));
  row.active = false;
  row.resigned = true;
  row.departments = {kRootDepartment};
  CHECK_OK(change.put(std::move(row)));
  return change.finish(Nothing{});
}

}  // namespace carillon
