#include "dialect/dingtalk/directory_call.h"

#include <algorithm>
#include <charconv>

#include "core/contact_range.h"

namespace carillon::dingtalk {
namespace {

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

}  // namespace

DirectoryCaller directory_caller(Caller const& caller) { return {caller.tenant, caller.app->no}; }

Result<UserNo> visible_user(Caller const& caller, std::string_view userid) {
  auto const& directory = caller.directory();
  auto const user = directory.find_user(userid);
  if (!user || directory.resigned(*user)) return fail(Errc::user_unknown);
  if (!in_range(directory, *caller.app, *user)) return fail(Errc::user_out_of_range);
  return *user;
}

Result<UserNo> visible_user(Call const& call, std::string_view parameter) {
  TRY(auto const userid, call.parameters.text(parameter));
  return visible_user(call.caller, userid);
}

Result<DepartmentNo> find_department(Caller const& caller, std::int64_t number) {
  auto const department = caller.directory().find_department_number(number);
  if (!department) return fail(Errc::department_unknown);
  return *department;
}

Result<DepartmentNo> visible_department(Call const& call, std::string_view parameter) {
  TRY(auto const number, call.parameters.number(parameter));
  TRY(auto const department, find_department(call.caller, number));
  if (!in_range(call.caller.directory(), *call.caller.app, department)) {
    return fail(Errc::department_out_of_range);
  }
  return department;
}

std::int64_t number_of(Directory const& directory, DepartmentNo department) {
  return directory.department(department).dept_number;
}

Result<std::vector<DepartmentNo>> find_departments(Call& call, std::string_view parameter) {
  TRY(auto const numbers, call.parameters.list(parameter));
  if (numbers.size() > kListMax) return wrong_parameter(parameter, "has more than 100 entries");
  std::vector<DepartmentNo> out;
  for (auto const& text : numbers) {
    std::int64_t number = 0;
    auto const* const end = text.data() + text.size();
    auto const read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc() || read.ptr != end) {
      return wrong_parameter(parameter, "must be numbers");
    }
    TRY(auto const department, find_department(call.caller, number));
    out.push_back(department);
  }
  return out;
}

Result<std::optional<std::string>> find_short_text(Call const& call, std::string_view parameter,
                                                   std::size_t characters_max) {
  TRY(auto text, call.parameters.find_text(parameter));
  if (text && characters(*text) > characters_max) return wrong_parameter(parameter, "is too long");
  return text;
}

Result<void> each_object(Call const& call, std::string_view parameter,
                         std::function<Result<void>(json::Value)> const& each) {
  auto const given = call.parameters.find(parameter);
  if (!given) return {};
  json::Document text;
  auto list = *given;
  if (list.is_string()) {
    if (!text.parse(list.string())) return wrong_parameter(parameter, "is not JSON");
    list = text.root();
  }
  if (!list.is_array()) return wrong_parameter(parameter, "must be a list of objects");
  if (list.size() > kListMax) return wrong_parameter(parameter, "has more than 100 entries");
  for (auto const item : list.elements()) {
    if (!item.is_object()) return wrong_parameter(parameter, "must be a list of objects");
    CHECK_OK(each(item));
  }
  return {};
}

}  // namespace carillon::dingtalk
