#include "dialect/feishu/contact_fields.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/detail_steps.h"
#include "dialect/feishu/contact_json.h"

namespace carillon::feishu {
namespace {

using json::Value;

constexpr std::size_t kTextBytesMax = 255;
constexpr std::size_t kJsonBytesMax = 16 * 1024;
constexpr std::size_t kDepartmentsMax = 50;
constexpr std::int64_t kSecondsMax = 253'402'300'800;  // the end of the year 9999
constexpr std::uint8_t kMainLeader = 1;                // of the kinds of leaders

Error wrong(std::string_view field, std::string_view what) {
  return fail(Errc::invalid_field, std::string(field) + ": " + std::string(what));
}

Result<std::optional<std::string>> text(Value body, std::string_view field,
                                        std::size_t bytes_max = kTextBytesMax) {
  auto const value = body.find_present(field);
  if (!value) return std::optional<std::string>();
  if (!value->is_string()) return wrong(field, "must be a text");
  if (value->string().size() > bytes_max) return wrong(field, "is too long");
  return std::optional<std::string>(value->string());
}

Result<std::optional<bool>> boolean(Value body, std::string_view field) {
  auto const value = body.find_present(field);
  if (!value) return std::optional<bool>();
  if (!value->is_bool()) return wrong(field, "must be true or false");
  return std::optional<bool>(value->boolean());
}

Result<std::optional<std::int64_t>> integer(Value body, std::string_view field, std::int64_t min,
                                            std::int64_t max) {
  auto const value = body.find_present(field);
  if (!value) return std::optional<std::int64_t>();
  auto const number = value->integer();
  if (!number || *number < min || *number > max) {
    return wrong(field,
                 "must be an integer from " + std::to_string(min) + " to " + std::to_string(max));
  }
  return std::optional<std::int64_t>(*number);
}

Result<std::optional<Value>> array(Value body, std::string_view field, std::size_t items_max) {
  auto const value = body.find_present(field);
  if (!value) return std::optional<Value>();
  if (!value->is_array()) return wrong(field, "must be an array");
  if (value->size() > items_max) {
    return wrong(field, "has more than " + std::to_string(items_max) + " items");
  }
  return value;
}

// JSON that is kept as it is.
template <class Details>
Result<void> keep_json(Value body, std::string_view field, std::string_view name,
                       DetailSteps<Details>& steps) {
  TRY(auto const list, array(body, field, 1000));
  if (!list) return {};
  auto json = list->size() == 0 ? std::string() : json::minified(*list);
  if (json.size() > kJsonBytesMax) return wrong(field, "is too long");
  steps.add([name, json](Details& details) { set_named(details.extensions, name, json); });
  return {};
}

// The user that a field names; nobody where it is empty.
Result<std::optional<UserNo>> user_named(ContactCall const& call, Value body,
                                         std::string_view field) {
  TRY(auto const id, text(body, field));
  if (!id) return std::optional<UserNo>();
  if (id->empty()) return std::optional<UserNo>(UserNo{});
  TRY(auto const user, call.find_user(*id));
  if (call.directory().resigned(user)) return fail(Errc::user_unknown, "\"" + *id + "\"");
  return std::optional<UserNo>(user);
}

Result<std::optional<std::vector<DepartmentNo>>> departments(ContactCall const& call, Value body) {
  using List = std::vector<DepartmentNo>;
  TRY(auto const list, array(body, "department_ids", kDepartmentsMax));
  if (!list) return std::optional<List>();
  List out;
  for (auto const item : list->elements()) {
    if (!item.is_string()) return wrong("department_ids", "must be an array of texts");
    TRY(auto const department, call.find_department(item.string()));
    out.push_back(department);
  }
  return std::optional<List>(std::move(out));
}

struct TextField {
  std::string_view name;
  std::string UserDetails::*into;
};
constexpr TextField kTexts[] = {
    {"en_name", &UserDetails::english_name},    {"nickname", &UserDetails::nickname},
    {"avatar_key", &UserDetails::avatar},       {"city", &UserDetails::city},
    {"country", &UserDetails::country},         {"work_station", &UserDetails::workplace},
    {"employee_no", &UserDetails::employee_no}, {"enterprise_email", &UserDetails::work_email},
    {"job_title", &UserDetails::job_title}};

Result<void> parse_orders(ContactCall const& call, Value body, DetailSteps<UserDetails>& steps) {
  constexpr std::int64_t kOrderMax = INT32_MAX;
  TRY(auto const list, array(body, "orders", kDepartmentsMax));
  if (!list) return {};
  std::vector<DepartmentPlace> places;
  for (auto const item : list->elements()) {
    if (!item.is_object()) return wrong("orders", "must be an array of objects");
    DepartmentPlace place;
    TRY(auto const id, text(item, "department_id"));
    TRY(place.department, call.find_department(id.value_or("")));
    TRY(auto const user_order, integer(item, "user_order", 0, kOrderMax));
    TRY(auto const department_order, integer(item, "department_order", 0, kOrderMax));
    TRY(auto const primary, boolean(item, "is_primary_dept"));
    place.user_order = user_order.value_or(0);
    place.department_order = department_order.value_or(0);
    place.primary = primary.value_or(false);
    places.push_back(place);
  }
  // Whom they lead is told by the other dialect only, and stays.
  steps.add([places](UserDetails& details) {
    auto const before = std::exchange(details.places, places);
    for (auto const& old : before) {
      auto const at = std::find_if(
          details.places.begin(), details.places.end(),
          [&](DepartmentPlace const& place) { return place.department == old.department; });
      if (at != details.places.end()) at->leads = old.leads;
    }
  });
  return {};
}

Result<void> parse_user_details(ContactCall const& call, Value body,
                                DetailSteps<UserDetails>& steps) {
  for (auto const& [name, into] : kTexts) {
    TRY(auto const value, text(body, name));
    if (!value) continue;
    steps.add([into = into, value = *value](UserDetails& details) { details.*into = value; });
  }
  TRY(auto const visible, boolean(body, "mobile_visible"));
  if (visible) {
    steps.add([hidden = !*visible](UserDetails& details) { details.mobile_hidden = hidden; });
  }
  auto const number = [&](std::string_view field, std::int64_t max,
                          auto UserDetails::*into) -> Result<void> {
    TRY(auto const value, integer(body, field, 0, max));
    if (!value) return {};
    steps.add([into, value = *value](UserDetails& details) {
      details.*into = static_cast<std::remove_reference_t<decltype(details.*into)>>(value);
    });
    return {};
  };
  CHECK_OK(number("gender", 3, &UserDetails::gender));
  CHECK_OK(number("employee_type", UINT8_MAX, &UserDetails::employment));
  CHECK_OK(number("join_time", kSecondsMax, &UserDetails::joined_at));
  TRY(auto const leader, user_named(call, body, "leader_user_id"));
  if (leader) steps.add([leader](UserDetails& details) { details.leader = *leader; });
  CHECK_OK(parse_orders(call, body, steps));
  return keep_json(body, "custom_attrs", kCustomAttrs, steps);
}

// What a PUT starts from: what this dialect cannot say stays.
void clear(UserDetails& details) {
  UserDetails kept;
  kept.remark = std::move(details.remark);
  kept.extensions = std::move(details.extensions);
  set_named(kept.extensions, kCustomAttrs, {});
  details = std::move(kept);
}

void clear(DepartmentDetails& details) {
  DepartmentDetails kept;
  kept.extensions = std::move(details.extensions);
  set_named(kept.extensions, kUnitIds, {});
  details = std::move(kept);
}

Result<void> check_new_user(UserFields const& fields, Value body, Writing writing) {
  if (!fields.departments) return wrong("department_ids", "is required");
  if (!body.find_present("employee_type")) return wrong("employee_type", "is required");
  if (writing != Writing::create) return {};
  auto const given = [](std::optional<std::string> const& field) {
    return field && !field->empty();
  };
  if (given(fields.mobile)) return {};
  return fail(given(fields.email) ? Errc::mobile_missing : Errc::contact_missing);
}

// "100", as the page has it; a number is understood, too.
Result<std::optional<std::int64_t>> parse_order(Value body) {
  auto const value = body.find_present("order");
  if (!value) return std::optional<std::int64_t>();
  std::int64_t order = -1;
  if (value->is_string()) {
    auto const digits = value->string();
    if (digits.empty()) return std::optional<std::int64_t>();
    auto const read = std::from_chars(digits.data(), digits.data() + digits.size(), order);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) order = -1;
  } else if (value->is_integer()) {
    order = value->integer().value_or(-1);
  } else {
    return wrong("order", "must be a text");
  }
  if (order < 0) return fail(Errc::bad_content, "order: must be a number of digits only");
  return std::optional<std::int64_t>(order);
}

Result<void> parse_names(Value body, DetailSteps<DepartmentDetails>& steps) {
  auto const names = body.find_present("i18n_name");
  if (!names) return {};
  if (!names->is_object()) return wrong("i18n_name", "must be an object");
  std::vector<std::pair<std::string, std::string>> out;
  for (std::string_view const locale : {"zh_cn", "ja_jp", "en_us"}) {
    TRY(auto const name, text(*names, locale));
    if (name && !name->empty()) out.emplace_back(locale, *name);
  }
  steps.add([out](DepartmentDetails& details) { details.names = out; });
  return {};
}

// leader_user_id and the leader of type 1 are the same person.
Result<void> parse_leaders(ContactCall const& call, Value body,
                           DetailSteps<DepartmentDetails>& steps) {
  TRY(auto const leader, user_named(call, body, "leader_user_id"));
  TRY(auto const list, array(body, "leaders", 100));
  if (list) {
    std::vector<std::pair<UserNo, std::uint8_t>> managers;
    UserNo main;
    for (auto const item : list->elements()) {
      if (!item.is_object()) return wrong("leaders", "must be an array of objects");
      TRY(auto const kind, integer(item, "leaderType", 1, 2));
      TRY(auto const user, user_named(call, item, "leaderID"));
      if (!kind || !user || !*user) {
        return fail(Errc::bad_content, "leaders: leaderType and leaderID are required");
      }
      if (*kind == kMainLeader) {
        if (main) return fail(Errc::bad_content, "leaders: more than one of type 1");
        main = *user;
      }
      managers.emplace_back(*user, static_cast<std::uint8_t>(*kind));
    }
    if (leader && *leader && main && *leader != main) {
      return fail(Errc::bad_content, "leader_user_id: is not the leader of type 1");
    }
    steps.add([managers, main](DepartmentDetails& details) {
      details.managers = managers;
      details.leader = main;
    });
  }
  if (leader && (!list || *leader)) {
    steps.add([leader](DepartmentDetails& details) {
      details.leader = *leader;
      std::erase_if(details.managers,
                    [](auto const& manager) { return manager.second == kMainLeader; });
      if (*leader) details.managers.emplace(details.managers.begin(), *leader, kMainLeader);
    });
  }
  return {};
}

}  // namespace

Result<UserFields> parse_user(ContactCall const& call, Value body, Writing writing) {
  if (!body.is_object()) return fail(Errc::bad_json, "not an object");
  UserFields fields;
  DetailSteps<UserDetails> steps;
  if (writing == Writing::put) steps.add([](UserDetails& details) { clear(details); });
  if (writing == Writing::create) {
    TRY(fields.user_id, text(body, "user_id"));
  }
  TRY(fields.name, text(body, "name", SIZE_MAX));
  TRY(fields.email, text(body, "email"));
  TRY(fields.mobile, text(body, "mobile"));
  TRY(auto const frozen, boolean(body, "is_frozen"));
  if (frozen) fields.active = !*frozen;
  TRY(fields.departments, departments(call, body));
  CHECK_OK(parse_user_details(call, body, steps));
  if (writing != Writing::patch) {
    CHECK_OK(check_new_user(fields, body, writing));
    if (!fields.name) fields.name.emplace();  // which is refused as the empty name it is
    if (!fields.email) fields.email.emplace();
    if (!fields.mobile) fields.mobile.emplace();
  }
  fields.details = steps.all();
  return fields;
}

Result<DepartmentFields> parse_department(ContactCall const& call, Value body, Writing writing) {
  if (!body.is_object()) return fail(Errc::bad_json, "not an object");
  DepartmentFields fields;
  fields.order_clash = OrderClash::refused;
  DetailSteps<DepartmentDetails> steps;
  if (writing == Writing::put) steps.add([](DepartmentDetails& details) { clear(details); });
  if (writing == Writing::create) {
    TRY(fields.department_id, text(body, "department_id"));
  }
  TRY(fields.name, text(body, "name", SIZE_MAX));
  if (fields.name && fields.name->find('/') != std::string::npos) {
    return fail(Errc::bad_content, "name: must not have a slash");
  }
  TRY(auto const parent, text(body, "parent_department_id"));
  if (parent && !parent->empty()) {
    TRY(fields.parent, call.find_department(*parent));
  }
  TRY(fields.order, parse_order(body));
  CHECK_OK(parse_names(body, steps));
  CHECK_OK(parse_leaders(call, body, steps));
  CHECK_OK(keep_json(body, "unit_ids", kUnitIds, steps));
  if (writing != Writing::patch) {
    if (!fields.name || fields.name->empty()) return fail(Errc::bad_name, "name: is required");
    if (!fields.parent) return fail(Errc::parent_missing);
  }
  fields.details = steps.all();
  return fields;
}

}  // namespace carillon::feishu
