#include <algorithm>
#include <utility>

#include "import/planner.h"

namespace carillon {
namespace {

// How many users may wait for an id that another user of the file still has to let go of.
constexpr std::size_t kWaitingMax = 10'000;

// The first department that a new user names; 0 if that is a mistake, which is reported later.
DepartmentNo first_department(Fields const& fields, TenantPlan const& plan) {
  auto const given = fields.value("departments");
  if (!given || given->is_null() || given->elements().begin() == given->elements().end()) {
    return kRootDepartment;
  }
  auto const at = plan.department_ids.find(std::string((*given->elements().begin()).string()));
  return at == plan.department_ids.end() ? DepartmentNo{} : at->second;
}

// Sets, or with an empty text drops, the alias of that owner.
template <class No>
void set_alias(std::vector<std::pair<No, std::string>>& aliases, No owner, std::string alias) {
  auto const is_owners = [owner](auto const& entry) { return entry.first == owner; };
  auto const at = std::find_if(aliases.begin(), aliases.end(), is_owners);
  if (alias.empty()) {
    std::erase_if(aliases, is_owners);
  } else if (at == aliases.end()) {
    aliases.emplace_back(owner, std::move(alias));
  } else {
    at->second = std::move(alias);
  }
}

}  // namespace

// Quietly: what is wrong with a user is said when the user is put.
Result<void> Planner::count_users() {
  Problems unsaid;
  CHECK_OK(source_->read(Wanted::users, unsaid, [&](Entity const& entity) {
    Fields const fields(entity.fields, entity.place, unsaid);
    if (!entity.fields.is_object()) return;
    auto* const plan = tenant_of(entity.tenant, fields);
    auto const id = entity.fields.find("user_id");
    if (plan == nullptr || !id) return;
    if (plan->before != nullptr && plan->before->find_user(id->string())) return;
    plan->new_users.resize(plan->departments.size() + 1);
    ++plan->new_users[first_department(fields, *plan).value];
  }));
  for (auto& plan : tenants_) {
    plan->new_users.resize(plan->departments.size() + 1);
    plan->ranges_end.resize(plan->departments.size() + 1);
    for (auto const no : tree_order(plan->departments)) {
      auto const first = plan->users_end;
      plan->users_end += plan->new_users[no.value];
      if (plan->users_end > UINT32_MAX) return fail(Errc::import_invalid, "too many users");
      plan->new_users[no.value] = static_cast<std::uint32_t>(first);
      plan->ranges_end[no.value] = static_cast<std::uint32_t>(plan->users_end);
    }
  }
  return {};
}

Result<void> Planner::put_users() {
  CHECK_OK(
      source_->read(Wanted::users, problems_, [this](Entity const& entity) { put_user(entity); }));
  if (!problems_.any()) put_waiting();
  if (problems_.any()) return problems_.error();
  return {};
}

void Planner::put_user(Entity const& entity) {
  Fields const fields(entity.fields, entity.place, problems_);
  if (!fields.check_object()) return;
  auto* const plan = tenant_of(entity.tenant, fields);
  auto id = fields.required_id("user_id");
  if (plan == nullptr || id.empty()) return;

  User before;
  auto const known = plan->before == nullptr ? std::nullopt : plan->before->find_user(id);
  if (known ? plan->seen.contains(*known) : builder_of(*plan).find_user(id).has_value()) {
    fields.problem("user_id", in_quotes(id) + " is given twice in this file");
    return;
  }
  if (known) {
    plan->seen.add(*known);
    before = plan->before->user(*known);
  } else {
    before.generation = context_.generation;
    before.user_id = std::move(id);
  }
  auto user = before;
  if (!apply_user(fields, *plan, user) || problems_.any()) return;

  if (!known) {
    auto const in = user.departments.front().value;
    if (in >= plan->new_users.size() || plan->new_users[in] == plan->ranges_end[in]) {
      problems_.add(entity.place, "", "the file changed while it was read");
      return;
    }
    user.no = UserNo{plan->new_users[in]++};
  } else if (user == before) {
    ++out_.counts.users.unchanged;
    return;
  }
  auto const put = builder_of(*plan).put(user);
  if (put) {
    count_user(*plan, user.no, !known);
  } else if (put.error().code == Errc::already_exists && waiting_.size() < kWaitingMax) {
    waiting_.push_back({entity.place, plan, std::move(user), !known});
  } else {
    problems_.add(entity.place, "", put.error().detail);
  }
}

// Those whose ids were taken when their turn came: perhaps the holders have changed by now, or
// wait here as well.
void Planner::put_waiting() {
  for (auto const& waiting : waiting_) {
    if (waiting.created) continue;
    auto bare = waiting.plan->before->user(waiting.user.no);
    bare.open_aliases.clear();
    bare.union_aliases.clear();
    if (auto const put = waiting.plan->builder->put(bare); !put) {
      problems_.add(waiting.place, "", put.error().detail);
    }
  }
  for (auto const& waiting : waiting_) {
    if (auto const put = waiting.plan->builder->put(waiting.user); !put) {
      problems_.add(waiting.place, "", put.error().detail);
      continue;
    }
    count_user(*waiting.plan, waiting.user.no, waiting.created);
  }
}

void Planner::count_user(TenantPlan& plan, UserNo user, bool created) {
  ++(created ? out_.counts.users.created : out_.counts.users.updated);
  plan.changed.add(user);
}

bool Planner::apply_user(Fields const& fields, TenantPlan& plan, User& user) {
  bool good = true;
  auto const text = [&](std::string_view field, std::string& into) {
    if (!fields.has(field)) return;
    if (auto value = fields.name(field)) {
      into = *std::move(value);
    } else {
      good = false;
    }
  };
  text("name", user.name);
  text("email", user.email);
  text("mobile", user.mobile);
  if (auto const given = fields.value("active"); given && !given->is_null()) {
    if (auto const active = fields.boolean("active")) {
      user.active = *active;
    } else {
      good = false;
    }
  }
  good &= apply_departments(fields, plan, user);
  // Who resigned comes back only if the file says that they are active, and else is in no
  // department whatever it says.
  user.resigned = user.resigned && !user.active;
  if (user.resigned) user.departments = {kRootDepartment};
  good &= apply_union_ids(fields, plan, user);
  good &= apply_open_ids(fields, plan, user);
  return good;
}

bool Planner::apply_departments(Fields const& fields, TenantPlan& plan, User& user) {
  auto const given = fields.value("departments");
  if (given && !given->is_null() && !given->is_array()) {
    fields.problem("departments", "must be a list");
    return false;
  }
  bool good = true;
  if (given) {
    user.departments.clear();
    for (auto const element : given->elements()) {
      if (!element.is_string()) {
        fields.problem("departments", "must be a list of texts");
        return false;
      }
      auto const at = plan.department_ids.find(std::string(element.string()));
      if (at == plan.department_ids.end()) {
        fields.problem("departments", "department " + in_quotes(element.string()) + " is unknown");
        good = false;
      } else if (std::find(user.departments.begin(), user.departments.end(), at->second) ==
                 user.departments.end()) {
        user.departments.push_back(at->second);
      }
    }
  }
  if (user.departments.empty()) user.departments.push_back(kRootDepartment);
  return good;
}

// An imported id must not be what this server itself calls somebody: it would name two people. Of
// millions of random ids some unseal by chance, so only one of a user who exists is refused.
bool Planner::check_alias(Fields const& fields, std::string_view field, json::Value value,
                          std::string_view prefix, Coordinates const& own) {
  if (!value.is_null() && !value.is_string()) {
    fields.problem(field, "must be text");
    return false;
  }
  auto const alias = value.string();
  if (alias.empty()) return true;
  if (auto const wrong = id_problem(alias); !wrong.empty()) {
    fields.problem(field, wrong);
    return false;
  }
  if (!alias.starts_with(prefix)) {
    fields.problem(field, "must begin with " + in_quotes(prefix));
    return false;
  }
  auto const sealed = ids_.unseal(own.kind, alias.substr(prefix.size()));
  bool const is_own = sealed && own.minor != 0 && sealed->tenant == own.tenant &&
                      sealed->major == own.major && sealed->minor == own.minor;
  auto const* directory = sealed ? context_.now.find(TenantNo{sealed->tenant}) : nullptr;
  if (directory != nullptr && !is_own && directory->has_user(UserNo{sealed->minor})) {
    fields.problem(field, in_quotes(alias) + " is an id that this server made");
    return false;
  }
  return true;
}

bool Planner::apply_union_ids(Fields const& fields, TenantPlan& plan, User& user) {
  auto const given = fields.value("union_id");
  if (!given) return true;
  if (given->is_null()) {
    user.union_aliases.clear();
    return true;
  }
  auto const set = [&](DeveloperNo developer, json::Value value) {
    Coordinates const own{IdKind::union_id, 0, plan.tenant.no.value, developer.value,
                          user.no.value};
    if (!check_alias(fields, "union_id", value, "on_", own)) return false;
    set_alias(user.union_aliases, developer, std::string(value.string()));
    return true;
  };
  if (!given->is_object()) return set(default_developer(plan), *given);
  bool good = true;
  for (auto const [name, value] : given->members()) {
    if (auto const wrong = id_problem(name); !wrong.empty()) {
      fields.problem("union_id", "the name of a developer " + std::string(wrong));
      good = false;
    } else {
      good &= set(developer_no(std::string(name)), value);
    }
  }
  return good;
}

bool Planner::apply_open_ids(Fields const& fields, TenantPlan& plan, User& user) {
  auto const given = fields.value("open_ids");
  if (!given) return true;
  if (given->is_null()) {
    user.open_aliases.clear();
    return true;
  }
  if (!given->is_object()) {
    fields.problem("open_ids", "must be an object");
    return false;
  }
  bool good = true;
  for (auto const [app_id, value] : given->members()) {
    auto const* const app = apps_.find(app_id);
    if (app == nullptr) {
      fields.problem("open_ids", "app " + in_quotes(app_id) + " is unknown");
      good = false;
      continue;
    }
    Coordinates const own{IdKind::open_id, 0, plan.tenant.no.value, app->no.value, user.no.value};
    if (check_alias(fields, "open_ids", value, "ou_", own)) {
      set_alias(user.open_aliases, app->no, std::string(value.string()));
    } else {
      good = false;
    }
  }
  return good;
}

}  // namespace carillon
