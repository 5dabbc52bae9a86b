#include "dialect/dingtalk/departments.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/contact_range.h"
#include "core/detail_steps.h"
#include "core/manage_departments.h"
#include "dialect/dingtalk/directory_call.h"

namespace carillon::dingtalk {
namespace {

constexpr std::size_t kDepartmentNameMax = 64;
constexpr std::size_t kIdentifierCharactersMax = 100;
constexpr std::uint8_t kMainManager = 1;
constexpr std::uint8_t kOtherManager = 2;

// What is kept as it was given, under the names of the details.
constexpr std::string_view kSourceIdentifier = "dingtalk.source_identifier";
struct Flag {
  std::string_view parameter;
  std::string_view name;
};
constexpr std::array kFlags{Flag{"create_dept_group", "dingtalk.create_dept_group"},
                            Flag{"auto_add_user", "dingtalk.auto_add_user"},
                            Flag{"hide_dept", "dingtalk.hide_dept"},
                            Flag{"group_contain_sub_dept", "dingtalk.group_contain_sub_dept"}};

enum class Writing : std::uint8_t { create, update };

Result<void> parse_managers(Call& call, DetailSteps<DepartmentDetails>& steps) {
  TRY(auto const userids, call.parameters.list("dept_manager_userid_list"));
  if (userids.empty()) return {};
  std::vector<std::pair<UserNo, std::uint8_t>> managers;
  for (auto const& userid : userids) {
    TRY(auto const user, visible_user(call.caller, userid));
    managers.emplace_back(user, managers.empty() ? kMainManager : kOtherManager);
  }
  steps.add([managers](DepartmentDetails& details) {
    details.managers = managers;
    details.leader = managers.front().first;
  });
  return {};
}

Result<DepartmentFields> parse_department_fields(Call& call, Writing writing) {
  auto const& parameters = call.parameters;
  DepartmentFields fields;
  TRY(fields.name, find_short_text(call, "name", kDepartmentNameMax));
  TRY(auto const parent, parameters.find_number("parent_id"));
  if (parent) {
    auto const found = call.caller.directory().find_department_number(*parent);
    if (!found) return fail(Errc::parent_unknown);
    fields.parent = *found;
  }
  TRY(fields.order, parameters.find_number("order"));
  if (writing == Writing::create && (!fields.name || !fields.parent)) {
    return fail(Errc::invalid_field, "name and parent_id are required");
  }
  DetailSteps<DepartmentDetails> steps;
  TRY(auto const identifier, find_short_text(call, "source_identifier", kIdentifierCharactersMax));
  if (identifier) {
    steps.add([text = *identifier](DepartmentDetails& details) {
      set_named(details.extensions, kSourceIdentifier, text);
    });
  }
  for (auto const& [parameter, name] : kFlags) {
    if (!parameters.has(parameter)) continue;
    TRY(bool const set, parameters.flag(parameter, false));
    steps.add([name = name, set](DepartmentDetails& details) {
      set_named(details.extensions, name, set ? "true" : "");
    });
  }
  CHECK_OK(parse_managers(call, steps));
  fields.details = steps.all();
  return fields;
}

void write_flag(json::Writer& out, DepartmentDetails const& details, Flag const& flag) {
  out.field(flag.parameter, !find_named(details.extensions, flag.name).empty());
}

void write_department(json::Writer& out, Directory const& directory, DepartmentNo department,
                      DepartmentDetails const& details) {
  auto const& row = directory.department(department);
  bool const root = department == kRootDepartment;
  out.field("dept_id", row.dept_number).field("name", root ? directory.tenant().name : row.name);
  if (!root) out.field("parent_id", number_of(directory, row.parent));
  out.field("order", row.order)
      .field("source_identifier", find_named(details.extensions, kSourceIdentifier));
  for (auto const& flag : kFlags) write_flag(out, details, flag);
  out.begin_array("dept_manager_userid_list");
  for (auto const& [user, kind] : details.managers) {
    // Details are read later than the directory: they may name somebody newer.
    if (directory.has_user(user) && !directory.resigned(user)) {
      out.string(directory.user_id(user));
    }
  }
  out.end_array().field("member_count", directory.members_below(department).size());
}

// Those just below that the app may see, by the order of the tenant.
Result<std::vector<DepartmentNo>> children_of(Call const& call) {
  auto const& directory = call.caller.directory();
  auto department = kRootDepartment;
  if (call.parameters.has("dept_id")) {
    TRY(auto const number, call.parameters.number("dept_id"));
    TRY(department, find_department(call.caller, number));
  }
  auto const& app = *call.caller.app;
  if (!in_range(directory, app, department)) return fail(Errc::department_out_of_range);
  auto const children = directory.children(department);
  std::vector<DepartmentNo> out(children.begin(), children.end());
  std::stable_sort(out.begin(), out.end(), [&](DepartmentNo a, DepartmentNo b) {
    return directory.department(a).order < directory.department(b).order;
  });
  return out;
}

void write_line_up(json::Writer& out, Directory const& directory, DepartmentNo department) {
  for (auto at = department; at; at = directory.department(at).parent) {
    out.integer(number_of(directory, at));
  }
}

}  // namespace

Result<void> create_department(Context& context, Call& call, Answer const& answer) {
  TRY(auto fields, parse_department_fields(call, Writing::create));
  auto const tenant = call.caller.tenant;
  return write_directory<DepartmentNo>(
      context, answer,
      [command = NewDepartment{directory_caller(call.caller), std::move(fields), {}}](View& view) {
        return carillon::create_department(view, command);
      },
      [answer, tenant](Organisation const& now, DepartmentNo made) {
        auto const number = number_of(*now.find(tenant), made);
        answer.ok([&](json::Writer& out) {
          out.begin_object("result").field("dept_id", number).end_object();
        });
      });
}

Result<void> update_department(Context& context, Call& call, Answer const& answer) {
  TRY(auto const department, visible_department(call));
  if (department == kRootDepartment) {
    answer.fail(kRootNotUpdated);
    return {};
  }
  TRY(auto fields, parse_department_fields(call, Writing::update));
  return write_directory<Nothing>(
      context, answer,
      [command = ChangeDepartment{directory_caller(call.caller), department, std::move(fields)}](
          View& view) { return change_department(view, command); },
      [answer](Organisation const&, Nothing) { answer.ok(); });
}

Result<void> delete_department(Context& context, Call& call, Answer const& answer) {
  TRY(auto const department, visible_department(call));
  return write_directory<Nothing>(
      context, answer,
      [caller = directory_caller(call.caller), department](View& view) {
        return carillon::delete_department(view, caller, department);
      },
      [answer](Organisation const&, Nothing) { answer.ok(); });
}

Result<void> get_department(Context& context, Call& call, Answer const& answer) {
  TRY(auto const department, visible_department(call));
  return read_and_answer(
      context, answer, [answer, caller = call.caller, department](Reader& reader) -> Result<void> {
        TRY(auto const details, reader.department_details(caller.tenant, std::array{department}));
        answer.ok([&](json::Writer& out) {
          out.begin_object("result");
          write_department(out, caller.directory(), department, details.front());
          out.end_object();
        });
        return {};
      });
}

Result<void> list_sub_departments(Context& context, Call& call, Answer const& answer) {
  TRY(auto children, children_of(call));
  return read_and_answer(
      context, answer,
      [answer, caller = call.caller,
       children = std::move(children)](Reader& reader) -> Result<void> {
        TRY(auto const details, reader.department_details(caller.tenant, children));
        auto const& directory = caller.directory();
        answer.ok([&](json::Writer& out) {
          out.begin_array("result");
          for (std::size_t i = 0; i < children.size(); ++i) {
            out.begin_object()
                .field("dept_id", number_of(directory, children[i]))
                .field("name", directory.department(children[i]).name)
                .field("parent_id", number_of(directory, directory.department(children[i]).parent));
            write_flag(out, details[i], kFlags[0]);
            write_flag(out, details[i], kFlags[1]);
            out.end_object();
          }
          out.end_array();
        });
        return {};
      });
}

Result<void> list_sub_department_ids(Context&, Call& call, Answer const& answer) {
  TRY(auto const children, children_of(call));
  answer.ok([&](json::Writer& out) {
    out.begin_object("result").begin_array("dept_id_list");
    for (auto const child : children) out.integer(number_of(call.caller.directory(), child));
    out.end_array().end_object();
  });
  return {};
}

Result<void> list_parents_of_department(Context&, Call& call, Answer const& answer) {
  TRY(auto const department, visible_department(call));
  answer.ok([&](json::Writer& out) {
    out.begin_object("result").begin_array("parent_id_list");
    write_line_up(out, call.caller.directory(), department);
    out.end_array().end_object();
  });
  return {};
}

Result<void> list_parents_of_user(Context&, Call& call, Answer const& answer) {
  TRY(auto const user, visible_user(call));
  auto const& directory = call.caller.directory();
  answer.ok([&](json::Writer& out) {
    out.begin_object("result").begin_array("parent_list");
    for (auto const department : directory.departments_of(user)) {
      out.begin_object().begin_array("parent_dept_id_list");
      write_line_up(out, directory, department);
      out.end_array().end_object();
    }
    out.end_array().end_object();
  });
  return {};
}

}  // namespace carillon::dingtalk
