#include "audience/audience.h"

#include <utility>

namespace carillon {
namespace {

UserSet reach(Directory const& directory, Availability const& availability) {
  std::vector<UserSet const*> sets;
  for (auto const department : availability.departments) {
    if (directory.has_department(department)) sets.push_back(&directory.members_below(department));
  }
  UserSet out = UserSet::union_of(sets);
  out.add(availability.users);
  out.optimize();
  return out;
}

// Sorts the ids of one list into users found and ids that named nobody.
template <class Find>
void sort_out(std::vector<std::string> const& ids, Directory const& directory, Find const& find,
              std::vector<UserNo>& found, std::vector<std::string>& invalid) {
  for (auto const& id : ids) {
    auto const user = find(id);
    if (user && directory.active().contains(*user)) {
      found.push_back(*user);
    } else {
      invalid.push_back(id);
    }
  }
}

}  // namespace

UserSet const* Availabilities::of(Directory const& directory, App const& app) {
  if (app.availability.all) return nullptr;
  auto const key = std::uint64_t{directory.tenant().no.value} << 32 | app.no.value;
  auto const at = known_.find(key);
  if (at != known_.end()) return &at->second;
  return &known_.emplace(key, reach(directory, app.availability)).first->second;
}

void Availabilities::forget() { known_.clear(); }

Audience resolve(AudienceRequest const& request, Directory const& directory, App const& app,
                 UserSet const* available, IdSealer const& ids) {
  Audience out;
  std::vector<UserNo> users;
  sort_out(
      request.open_ids, directory,
      [&](std::string const& id) { return directory.find_open_id(app.no, id, ids); }, users,
      out.invalid_open_ids);
  sort_out(
      request.user_ids, directory, [&](std::string const& id) { return directory.find_user(id); },
      users, out.invalid_user_ids);
  sort_out(
      request.union_ids, directory,
      [&](std::string const& id) { return directory.find_union_id(app.developer, id, ids); }, users,
      out.invalid_union_ids);
  sort_out(
      request.emails, directory,
      [&](std::string const& email) { return directory.find_email(email); }, users,
      out.invalid_emails);

  UserSet valid;
  if (request.names_departments()) {
    std::vector<UserSet const*> sets;
    for (auto const number : request.department_numbers) {
      if (auto const department = directory.find_department_number(number)) {
        sets.push_back(&directory.members_below(*department));
      } else {
        out.invalid_department_ids.push_back(std::to_string(number));
      }
    }
    for (auto const& id : request.department_ids) {
      if (auto const department = directory.find_department(id, ids)) {
        sets.push_back(&directory.members_below(*department));
      } else {
        out.invalid_department_ids.push_back(id);
      }
    }
    valid = UserSet::union_of(sets) & directory.active();
  }
  valid.add(users);
  if (available != nullptr) {
    out.unavailable = valid - *available;
    out.deliverable = out.unavailable.empty() ? std::move(valid) : valid - out.unavailable;
  } else {
    out.deliverable = std::move(valid);
  }
  if (request.everybody) {
    auto const& active = directory.active();
    out.deliverable |= available == nullptr ? active : active & *available;
  }
  out.deliverable.optimize();
  out.unavailable.optimize();
  return out;
}

}  // namespace carillon
