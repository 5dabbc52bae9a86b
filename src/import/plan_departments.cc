#include <algorithm>
#include <utility>

#include "import/planner.h"

namespace carillon {
namespace {

constexpr std::int64_t kDingtalkIdMax = std::int64_t{1} << 53;  // exact in every client's numbers

}  // namespace

// Numbers first, since a parent may stand further down in the file than its children.
void Planner::plan_departments() {
  std::unordered_map<TenantPlan*, Places> places;
  for_each(EntityKind::department, [&](Fields const& fields, KeptEntity const& kept) {
    auto* const plan = tenant_of(kept.document_tenant, fields);
    auto const id = fields.required_id("department_id");
    if (plan == nullptr || id.empty()) return;
    if (auto const wrong = department_id_problem(id); !wrong.empty()) {
      fields.problem("department_id", wrong);
      return;
    }
    DepartmentNo const next{static_cast<std::uint32_t>(plan->departments.size() + 1)};
    auto const no = plan->department_ids.try_emplace(id, next).first->second;
    if (no == next) {
      Department made;
      made.no = no;
      made.generation = context_.generation;
      made.department_id = id;
      made.name = id;
      made.parent = kRootDepartment;
      plan->departments.push_back(std::move(made));
    }
    if (!places[plan].emplace(no.value, kept.place).second) {
      fields.problem("department_id", in_quotes(id) + " is given twice in this file");
    }
  });
  if (problems_.any()) return;
  for_each(EntityKind::department, [&](Fields const& fields, KeptEntity const& kept) {
    read_department(*tenant_of(kept.document_tenant, fields), fields);
  });
  if (problems_.any()) return;
  for (auto& [plan, given] : places) {
    check_departments(*plan, given);
    if (!problems_.any()) put_departments(*plan, given);
  }
}

void Planner::read_department(TenantPlan& plan, Fields const& fields) {
  auto const id = fields.required_id("department_id");
  auto const no = plan.department_ids.at(id);
  auto& department = plan.departments[no.value - 1];
  if (auto name = fields.name("name")) department.name = name->empty() ? id : *std::move(name);
  if (auto alias = fields.optional_id("open_department_id", "od-")) {
    auto const sealed =
        alias->empty() ? std::nullopt : ids_.unseal(IdKind::open_department, alias->substr(3));
    auto const* directory = sealed ? context_.now.find(TenantNo{sealed->tenant}) : nullptr;
    if (directory != nullptr &&
        directory->has_department(DepartmentNo{static_cast<std::uint32_t>(sealed->major)}) &&
        (sealed->tenant != plan.tenant.no.value || sealed->major != no.value)) {
      fields.problem("open_department_id", in_quotes(*alias) + " is an id that this server made");
    }
    department.open_alias = *std::move(alias);
  }
  if (auto const given = fields.value("dingtalk_dept_id"); given && !given->is_null()) {
    if (auto const number = fields.integer("dingtalk_dept_id", 2, kDingtalkIdMax)) {
      department.dept_number = *number;
    }
  }
  auto const parent = fields.value("parent");
  if (!parent) return;
  if (!parent->is_null() && !parent->is_string()) {
    fields.problem("parent", "must be text");
  } else if (parent->string().empty()) {
    department.parent = kRootDepartment;
  } else if (auto const at = plan.department_ids.find(std::string(parent->string()));
             at != plan.department_ids.end()) {
    department.parent = at->second;
  } else {
    fields.problem("parent", "department " + in_quotes(parent->string()) + " is unknown");
  }
}

// On the departments as they will be, so that ids may change hands within one file.
void Planner::check_departments(TenantPlan& plan, Places const& given) {
  std::unordered_map<std::string, DepartmentNo> aliases;
  std::unordered_map<std::int64_t, DepartmentNo> numbers;
  auto const at_fault = [&](DepartmentNo a, DepartmentNo b) -> Place const& {
    for (auto const no : {a, b}) {
      if (auto const place = given.find(no.value); place != given.end()) return place->second;
    }
    return given.begin()->second;
  };
  std::int64_t highest = 1;
  for (auto const& department : plan.departments) {
    if (!department.no) continue;
    highest = std::max(highest, department.dept_number);
    if (!department.open_alias.empty()) {
      auto const [other, added] = aliases.emplace(department.open_alias, department.no);
      if (!added) {
        problems_.add(at_fault(department.no, other->second), "open_department_id",
                      in_quotes(department.open_alias) + " is another department's");
      }
    }
    if (department.dept_number != 0) {
      auto const [other, added] = numbers.emplace(department.dept_number, department.no);
      if (!added) {
        problems_.add(at_fault(department.no, other->second), "dingtalk_dept_id",
                      std::to_string(department.dept_number) + " is another department's");
      }
    }
  }
  for (auto& department : plan.departments) {
    if (!department.no || department.no == kRootDepartment || department.dept_number != 0) {
      continue;
    }
    std::int64_t const own = department.no.value;
    department.dept_number = numbers.contains(own) ? ++highest : own;
    numbers.emplace(department.dept_number, department.no);
    highest = std::max(highest, department.dept_number);
  }

  // Each walk upwards ends at the root, at what an earlier walk has seen, or at itself.
  std::vector<std::uint32_t> seen_in(plan.departments.size() + 1);
  seen_in[kRootDepartment.value] = UINT32_MAX;
  for (auto const& department : plan.departments) {
    auto at = department.no;
    while (at && seen_in[at.value] == 0) {
      seen_in[at.value] = department.no.value;
      at = plan.departments[at.value - 1].parent;
    }
    if (!at || seen_in[at.value] != department.no.value || at == kRootDepartment) continue;
    // `at` lies on a cycle, and at least one department of it was given by this file.
    while (!given.contains(at.value)) at = plan.departments[at.value - 1].parent;
    problems_.add(given.at(at.value), "parent",
                  "department " + in_quotes(plan.departments[at.value - 1].department_id) +
                      " would be below itself");
  }
}

void Planner::put_departments(TenantPlan& plan, Places const& given) {
  plan.department_changed.assign(plan.departments.size(), false);
  for (auto const& department : plan.departments) {
    auto const no = department.no;
    if (!no || no == kRootDepartment) continue;
    bool const created = plan.before == nullptr || !plan.before->has_department(no);
    bool const changed = created || !(department == plan.before->department(no));
    plan.department_changed[no.value - 1] = changed;
    if (!given.contains(no.value)) continue;
    auto& counts = out_.counts.departments;
    ++(created ? counts.created : changed ? counts.updated : counts.unchanged);
  }
  // Aliases are let go of before they are taken, so that their order does not matter.
  for (bool const final : {false, true}) {
    for (auto const& department : plan.departments) {
      if (!plan.department_changed[department.no ? department.no.value - 1 : 0]) continue;
      auto row = department;
      if (!final) row.open_alias.clear();
      if (auto put = builder_of(plan).put(std::move(row)); !put) {
        problems_.add(given.begin()->second, "", put.error().detail);
        return;
      }
    }
  }
}

std::vector<DepartmentNo> Planner::tree_order(std::vector<Department> const& departments) {
  std::vector<std::vector<DepartmentNo>> children(departments.size() + 1);
  for (auto at = departments.rbegin(); at != departments.rend(); ++at) {
    if (at->no && at->parent) children[at->parent.value].push_back(at->no);
  }
  std::vector<DepartmentNo> order;
  std::vector<DepartmentNo> waiting{kRootDepartment};
  while (!waiting.empty()) {
    auto const no = waiting.back();
    waiting.pop_back();
    order.push_back(no);
    waiting.insert(waiting.end(), children[no.value].begin(), children[no.value].end());
  }
  return order;
}

}  // namespace carillon
