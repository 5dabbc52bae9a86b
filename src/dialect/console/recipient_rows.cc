#include "dialect/console/recipient_rows.h"

#include <vector>

#include "dialect/console/csv.h"
#include "dialect/console/directory_json.h"
#include "dialect/console/times.h"
#include "json/writer.h"

namespace carillon::console {
namespace {

std::vector<std::string_view> departments_of(Directory const& directory, UserNo user) {
  std::vector<std::string_view> out;
  for (auto const department : directory.departments_of(user)) {
    out.push_back(department_id(directory, department));
  }
  return out;
}

std::string csv_time(Time at) { return at == Time{} ? std::string{} : iso_time(at); }

}  // namespace

std::string RecipientRows::json(Recipients const& page,
                                std::optional<std::string> const& next) const {
  std::string out;
  json::Writer json(out);
  json.begin_object().begin_array("recipients");
  for (auto const& person : page.people) {
    json.begin_object()
        .field("user_id", directory.user_id(person.user))
        .field("open_id", directory.open_id(app, person.user, ids))
        .field("name", directory.user_name(person.user))
        .begin_array("departments");
    for (auto const department : departments_of(directory, person.user)) json.string(department);
    json.end_array().field("state", name_of(person.state)).key("reason");
    person.reason.empty() ? json.null() : json.string(person.reason);
    append_time(json, "delivered_at", person.delivered_at);
    append_time(json, "read_at", person.read_at);
    append_time(json, "recalled_at", person.recalled_at);
    json.end_object();
  }
  json.end_array().key("next");
  next ? json.string(*next) : json.null();
  json.end_object();
  return out;
}

std::string RecipientRows::csv(Recipients const& page) const {
  std::string out;
  append_csv_row(out, {"user_id", "open_id", "name", "departments", "state", "reason",
                       "delivered_at", "read_at", "recalled_at"});
  for (auto const& person : page.people) {
    std::string departments;
    for (auto const department : departments_of(directory, person.user)) {
      if (!departments.empty()) departments += ' ';
      departments += department;
    }
    append_csv_row(out, {directory.user_id(person.user), directory.open_id(app, person.user, ids),
                         directory.user_name(person.user), departments, name_of(person.state),
                         person.reason, csv_time(person.delivered_at), csv_time(person.read_at),
                         csv_time(person.recalled_at)});
  }
  return out;
}

}  // namespace carillon::console
