#include "dialect/dingtalk/users.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/detail_steps.h"
#include "core/manage_users.h"
#include "dialect/dingtalk/directory_call.h"

namespace carillon::dingtalk {
namespace {

constexpr std::size_t kUserNameMax = 80;
constexpr std::size_t kEmailCharactersMax = 50;
constexpr std::size_t kRemarkCharactersMax = 2000;
constexpr std::size_t kExtensionBytesMax = 16 * 1024;
constexpr std::int64_t kMillisecondsMax = 253'402'300'800'000;  // the year 10000
constexpr std::string_view kExtension = "dingtalk.extension";
constexpr std::string_view kTelephone = "dingtalk.telephone";
constexpr std::string_view kSenior = "dingtalk.senior_mode";

struct TextParameter {
  std::string_view name;
  std::string UserDetails::*into;
  std::size_t characters_max;
};
constexpr TextParameter kTexts[] = {{"job_number", &UserDetails::employee_no, 50},
                                    {"title", &UserDetails::job_title, 200},
                                    {"org_email", &UserDetails::work_email, 100},
                                    {"work_place", &UserDetails::workplace, 100},
                                    {"remark", &UserDetails::remark, kRemarkCharactersMax}};

Result<std::int64_t> member_number(json::Value object, std::string_view name) {
  auto const value = object.find_present(name);
  if (value && value->integer()) return *value->integer();
  return fail(Errc::invalid_field, std::string(name) + ": must be a whole number");
}

DepartmentPlace& place_of(UserDetails& details, DepartmentNo department) {
  for (auto& place : details.places) {
    if (place.department == department) return place;
  }
  details.places.push_back({});
  details.places.back().department = department;
  return details.places.back();
}

Result<void> parse_places(Call& call, DetailSteps<UserDetails>& steps) {
  CHECK_OK(each_object(call, "dept_order_list", [&](json::Value entry) -> Result<void> {
    TRY(auto const number, member_number(entry, "dept_id"));
    TRY(auto const department, find_department(call.caller, number));
    TRY(auto const order, member_number(entry, "order"));
    steps.add([department, order](UserDetails& details) {
      place_of(details, department).user_order = order;
    });
    return {};
  }));
  return each_object(call, "leader_in_dept", [&](json::Value entry) -> Result<void> {
    TRY(auto const number, member_number(entry, "dept_id"));
    TRY(auto const department, find_department(call.caller, number));
    auto const leader = entry.find_present("leader");
    bool const leads = leader && (leader->boolean() || leader->string() == "true");
    steps.add(
        [department, leads](UserDetails& details) { place_of(details, department).leads = leads; });
    return {};
  });
}

Result<void> parse_extension(Call& call, DetailSteps<UserDetails>& steps) {
  TRY(auto const extension, call.parameters.find_object("extension"));
  if (!extension) return {};
  auto text = json::minified(*extension);
  if (text.size() > kExtensionBytesMax) return fail(Errc::invalid_field, "extension: is too long");
  steps.add([text](UserDetails& details) { set_named(details.extensions, kExtension, text); });
  return {};
}

Result<std::function<void(UserDetails&)>> parse_details(Call& call) {
  auto const& parameters = call.parameters;
  DetailSteps<UserDetails> steps;
  for (auto const& [name, into, characters_max] : kTexts) {
    TRY(auto const text, find_short_text(call, name, characters_max));
    if (!text) continue;
    steps.add([into = into, text = *text](UserDetails& details) { details.*into = text; });
  }
  TRY(auto const telephone, find_short_text(call, "telephone", 50));
  if (telephone) {
    steps.add([text = *telephone](UserDetails& details) {
      set_named(details.extensions, kTelephone, text);
    });
  }
  if (parameters.has("hide_mobile")) {
    TRY(bool const hidden, parameters.flag("hide_mobile", false));
    steps.add([hidden](UserDetails& details) { details.mobile_hidden = hidden; });
  }
  if (parameters.has("senior_mode")) {
    TRY(bool const senior, parameters.flag("senior_mode", false));
    steps.add([senior](UserDetails& details) {
      set_named(details.extensions, kSenior, senior ? "true" : "");
    });
  }
  TRY(auto const hired, parameters.find_number("hired_date"));
  if (hired) {
    if (*hired < 0 || *hired > kMillisecondsMax) {
      return fail(Errc::invalid_field, "hired_date: must be milliseconds since 1970");
    }
    steps.add([seconds = *hired / 1000](UserDetails& details) { details.joined_at = seconds; });
  }
  TRY(auto const manager, parameters.find_text("manager_userid"));
  if (manager) {
    TRY(auto const user, visible_user(call.caller, *manager));
    steps.add([user](UserDetails& details) { details.leader = user; });
  }
  CHECK_OK(parse_places(call, steps));
  CHECK_OK(parse_extension(call, steps));
  return steps.all();
}

Result<UserFields> parse_user_fields(Call& call) {
  UserFields fields;
  TRY(fields.name, find_short_text(call, "name", kUserNameMax));
  TRY(fields.mobile, call.parameters.find_text("mobile"));
  TRY(fields.email, find_short_text(call, "email", kEmailCharactersMax));
  if (call.parameters.has("dept_id_list")) {
    TRY(fields.departments, find_departments(call, "dept_id_list"));
  }
  TRY(fields.details, parse_details(call));
  return fields;
}

}  // namespace

DepartmentPlace place_in(UserDetails const& details, DepartmentNo department) {
  for (auto const& place : details.places) {
    if (place.department == department) return place;
  }
  DepartmentPlace none;
  none.department = department;
  return none;
}

void begin_user(json::Writer& out, Caller const& caller, IdSealer const& ids, UserNo user,
                UserDetails const& details) {
  auto const& directory = caller.directory();
  auto const row = directory.user(user);
  auto const& extensions = details.extensions;
  out.begin_object()
      .field("userid", row.user_id)
      .field("unionid", directory.union_id(caller.app->developer, user, ids))
      .field("name", row.name)
      .field("avatar", "")
      .field("state_code", "86")
      .field("mobile", row.mobile)
      .field("hide_mobile", details.mobile_hidden)
      .field("telephone", find_named(extensions, kTelephone))
      .field("email", row.email)
      .field("org_email", details.work_email)
      .field("job_number", details.employee_no)
      .field("title", details.job_title)
      .field("work_place", details.workplace)
      .field("remark", details.remark)
      .field("active", directory.active().contains(user))
      .field("admin", false)
      .field("boss", false)
      .field("senior", !find_named(extensions, kSenior).empty());
  if (details.joined_at != 0) out.field("hired_date", details.joined_at * 1000);
  // Details are read later than the directory: they may name somebody newer.
  if (directory.has_user(details.leader) && !directory.resigned(details.leader)) {
    out.field("manager_userid", directory.user_id(details.leader));
  }
  if (auto const text = find_named(extensions, kExtension); !text.empty()) {
    out.field("extension", text);
  }
  out.begin_array("dept_id_list");
  for (auto const department : row.departments) out.integer(number_of(directory, department));
  out.end_array();
}

Result<void> create_user(Context& context, Call& call, Answer const& answer) {
  TRY(auto fields, parse_user_fields(call));
  TRY(fields.user_id, call.parameters.find_text("userid"));
  if (!fields.name || !fields.departments) {
    return fail(Errc::invalid_field, "name and dept_id_list are required");
  }
  return write_directory<UserNo>(
      context, answer,
      [command = NewUser{directory_caller(call.caller), std::move(fields), {}}](View& view) {
        return carillon::create_user(view, command);
      },
      [&context, answer, caller = call.caller](Organisation const& now, UserNo made) {
        auto const& directory = *now.find(caller.tenant);
        auto const& ids = context.engine.ids();
        answer.ok([&](json::Writer& out) {
          out.begin_object("result")
              .field("userid", directory.user_id(made))
              .field("unionId", directory.union_id(caller.app->developer, made, ids))
              .end_object();
        });
      });
}

Result<void> update_user(Context& context, Call& call, Answer const& answer) {
  TRY(auto const user, visible_user(call));
  TRY(auto fields, parse_user_fields(call));
  return write_directory<Nothing>(
      context, answer,
      [command = ChangeUser{directory_caller(call.caller), user, std::move(fields)}](View& view) {
        return change_user(view, command);
      },
      [answer](Organisation const&, Nothing) { answer.ok(); });
}

Result<void> delete_user(Context& context, Call& call, Answer const& answer) {
  TRY(auto const user, visible_user(call));
  return write_directory<Nothing>(
      context, answer,
      [caller = directory_caller(call.caller), user](View& view) {
        return carillon::delete_user(view, caller, user);
      },
      [answer](Organisation const&, Nothing) { answer.ok(); });
}

Result<void> get_user(Context& context, Call& call, Answer const& answer) {
  TRY(auto const user, visible_user(call));
  return read_and_answer(
      context, answer,
      [&context, answer, caller = call.caller, user](Reader& reader) -> Result<void> {
        TRY(auto const found, reader.user_details(caller.tenant, std::array{user}));
        auto const& details = found.front();
        auto const& directory = caller.directory();
        answer.ok([&](json::Writer& out) {
          out.key("result");
          begin_user(out, caller, context.engine.ids(), user, details);
          out.begin_array("dept_order_list");
          for (auto const department : directory.departments_of(user)) {
            out.begin_object()
                .field("dept_id", number_of(directory, department))
                .field("order", place_in(details, department).user_order)
                .end_object();
          }
          out.end_array().begin_array("leader_in_dept");
          for (auto const department : directory.departments_of(user)) {
            out.begin_object()
                .field("dept_id", number_of(directory, department))
                .field("leader", place_in(details, department).leads)
                .end_object();
          }
          out.end_array().begin_array("role_list").end_array().end_object();
        });
        return {};
      });
}

}  // namespace carillon::dingtalk
