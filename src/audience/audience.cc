#include "audience/audience.h"

#include <optional>
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

// Calls take(user or none, id, invalid list) for every id of a person.
template <class Take>
void find_people(AudienceRequest const& request, Directory const& directory, App const& app,
                 IdSealer const& ids, Audience& out, Take const& take) {
  for (auto const& id : request.open_ids) {
    take(directory.find_open_id(app.no, id, ids), id, out.invalid_open_ids);
  }
  for (auto const& id : request.user_ids) take(directory.find_user(id), id, out.invalid_user_ids);
  for (auto const& id : request.union_ids) {
    take(directory.find_union_id(app.developer, id, ids), id, out.invalid_union_ids);
  }
  for (auto const& id : request.emails) take(directory.find_email(id), id, out.invalid_emails);
}

// Everybody in the departments named and below, inactive people too.
UserSet members_named(AudienceRequest const& request, Directory const& directory,
                      IdSealer const& ids, Audience& out) {
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
  return UserSet::union_of(sets);
}

// Those whom the app may reach, and the others.
void split(UserSet valid, UserSet const* available, Audience& out) {
  if (available != nullptr) {
    out.unavailable = valid - *available;
    out.deliverable = out.unavailable.empty() ? std::move(valid) : valid - out.unavailable;
  } else {
    out.deliverable = std::move(valid);
  }
}

UserSet everybody(Directory const& directory, UserSet const* available) {
  return available == nullptr ? directory.active() : directory.active() & *available;
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
  find_people(request, directory, app, ids, out,
              [&](std::optional<UserNo> user, std::string const& id, auto& invalid) {
                if (user && directory.active().contains(*user)) {
                  users.push_back(*user);
                } else {
                  invalid.push_back(id);
                }
              });
  UserSet valid;
  if (request.names_departments()) {
    valid = members_named(request, directory, ids, out) & directory.active();
  }
  valid.add(users);
  split(std::move(valid), available, out);
  if (request.everybody) out.deliverable |= everybody(directory, available);
  out.deliverable.optimize();
  out.unavailable.optimize();
  return out;
}

Audience resolve(UserSet const& named, Directory const& directory, UserSet const* available) {
  Audience out;
  split(named & directory.active(), available, out);
  out.deliverable.optimize();
  out.unavailable.optimize();
  return out;
}

std::uint64_t count_named(AudienceRequest const& request, Directory const& directory,
                          App const& app, UserSet const* available, IdSealer const& ids) {
  Audience ignored;
  auto named = members_named(request, directory, ids, ignored);
  find_people(request, directory, app, ids, ignored,
              [&](std::optional<UserNo> user, std::string const&, auto&) {
                if (user && !directory.resigned(*user)) named.add(*user);
              });
  if (request.everybody) named |= everybody(directory, available);
  return named.size();
}

}  // namespace carillon
