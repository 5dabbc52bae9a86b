#include <algorithm>
#include <utility>

#include "directory/directory.h"
#include "directory/directory_impl.h"

namespace carillon {
namespace {

// Bounds an array that is indexed by number; far above any organisation.
constexpr std::uint32_t kDepartmentsMax = 1U << 24;

std::string naming(Department const& department) {
  return "department \"" + department.department_id + "\"";
}

// Departments from the root down, each after its parent; those that the root does not reach (they
// lie on or below a cycle) are missing.
std::vector<DepartmentNo> from_root_down(std::vector<DepartmentNo> const& child_list,
                                         std::vector<std::uint32_t> const& child_start) {
  std::vector<DepartmentNo> order{kRootDepartment};
  for (std::size_t i = 0; i < order.size(); ++i) {
    auto const no = order[i].value;
    order.insert(order.end(), child_list.begin() + child_start[no - 1],
                 child_list.begin() + child_start[no]);
  }
  return order;
}

}  // namespace

struct DirectoryBuilder::Impl {
  std::shared_ptr<Directory> made{new Directory};

  Directory::Impl& rows() { return *made->impl_; }

  Result<void> check_departments();
  void link_children();
  Result<void> check_users();
  void collect_members(std::vector<DepartmentNo> const& order);
};

DirectoryBuilder::DirectoryBuilder(Tenant tenant) : impl_(std::make_unique<Impl>()) {
  auto& rows = impl_->rows();
  rows.tenant = std::move(tenant);
  Department root;
  root.no = kRootDepartment;
  root.dept_number = 1;
  rows.departments.push_back(std::move(root));
}

DirectoryBuilder::DirectoryBuilder(Directory const& base) : impl_(std::make_unique<Impl>()) {
  auto& rows = impl_->rows();
  auto const& from = *base.impl_;
  rows.tenant = from.tenant;
  rows.users = UserRows(from.users);
  rows.departments = from.departments;
  rows.department_ids = from.department_ids;
  rows.chats = from.chats;
  rows.chat_ids = from.chat_ids;
  rows.images = from.images;
  rows.image_keys = from.image_keys;
}

DirectoryBuilder::~DirectoryBuilder() = default;

Tenant& DirectoryBuilder::tenant() { return impl_->rows().tenant; }

void DirectoryBuilder::defer_checks() { impl_->rows().users.defer_index(); }

std::optional<UserNo> DirectoryBuilder::find_user(std::string_view user_id) const {
  return impl_->rows().users.find(user_id);
}

UserNo DirectoryBuilder::next_user() const {
  return UserNo{static_cast<std::uint32_t>(impl_->rows().users.end())};
}

DepartmentNo DirectoryBuilder::next_department() const {
  return DepartmentNo{static_cast<std::uint32_t>(impl_->rows().departments.size() + 1)};
}

Result<DepartmentNo> DirectoryBuilder::put(Department department) {
  auto& rows = impl_->rows();
  if (!department.no) department.no = next_department();
  auto const no = department.no;
  if (no.value > kDepartmentsMax) {
    return fail(Errc::too_large, naming(department) + ": too many departments");
  }
  bool const root = no == kRootDepartment;
  if (root != department.department_id.empty() || root != !department.parent) {
    return fail(Errc::invalid_field, naming(department) + ": only the root has no id, no parent");
  }
  for (auto const* id : {&department.department_id, &department.open_alias}) {
    auto const at = rows.department_ids.find(*id);
    if (at != rows.department_ids.end() && at->second != no.value) {
      return fail(Errc::already_exists, "\"" + *id + "\" is another department's id");
    }
  }
  if (no.value > rows.departments.size()) rows.departments.resize(no.value);
  auto& slot = rows.departments[no.value - 1];
  if (slot.no) {
    rows.department_ids.erase(slot.department_id);
    rows.department_ids.erase(slot.open_alias);
  }
  for (auto const* id : {&department.department_id, &department.open_alias}) {
    if (!id->empty()) rows.department_ids[*id] = no.value;
  }
  slot = std::move(department);
  return no;
}

Result<UserNo> DirectoryBuilder::put(User user) {
  if (!user.no) user.no = next_user();
  CHECK_OK(impl_->rows().users.put(user));
  return user.no;
}

void DirectoryBuilder::put(Chat chat) {
  auto& rows = impl_->rows();
  auto const [at, added] =
      rows.chat_ids.emplace(chat.chat_id, static_cast<std::uint32_t>(rows.chats.size()));
  if (added) rows.chats.emplace_back();
  rows.chats[at->second] = std::move(chat);
}

void DirectoryBuilder::put(Image image) {
  auto& rows = impl_->rows();
  auto const [at, added] =
      rows.image_keys.emplace(image.image_key, static_cast<std::uint32_t>(rows.images.size()));
  if (added) rows.images.emplace_back();
  rows.images[at->second] = std::move(image);
}

Result<void> DirectoryBuilder::Impl::check_departments() {
  for (auto const& department : rows().departments) {
    if (!department.no || department.no == kRootDepartment) continue;
    if (!rows().has_department(department.parent)) {
      return fail(Errc::invalid_field, naming(department) + " has an unknown parent");
    }
  }
  return {};
}

void DirectoryBuilder::Impl::link_children() {
  auto const& departments = rows().departments;
  auto& start = rows().child_start;
  auto& list = rows().child_list;
  start.assign(departments.size() + 1, 0);
  for (auto const& department : departments) {
    if (department.parent) ++start[department.parent.value];
  }
  for (std::size_t i = 1; i < start.size(); ++i) start[i] += start[i - 1];
  list.resize(start.back());
  auto next = start;
  for (auto const& department : departments) {
    if (department.parent) list[next[department.parent.value - 1]++] = department.no;
  }
}

Result<void> DirectoryBuilder::Impl::check_users() {
  auto const& users = rows().users;
  for (std::uint64_t n = 1; n < users.end(); ++n) {
    UserNo const user{static_cast<std::uint32_t>(n)};
    if (!users.has(user)) continue;
    for (auto const department : users.departments(user)) {
      if (!rows().has_department(department)) {
        return fail(Errc::invalid_field, "user \"" + std::string(users.user_id(user)) +
                                             "\" is in an unknown department");
      }
    }
  }
  return {};
}

void DirectoryBuilder::Impl::collect_members(std::vector<DepartmentNo> const& order) {
  auto const& users = rows().users;
  auto const departments = rows().departments.size();
  // Sorted by counting, so that each set is filled in one go, in ascending order.
  std::vector<std::uint64_t> start(departments + 1);
  std::vector<UserNo> active;
  for (std::uint64_t n = 1; n < users.end(); ++n) {
    UserNo const user{static_cast<std::uint32_t>(n)};
    if (!users.has(user)) continue;
    if (users.active(user)) active.push_back(user);
    for (auto const department : users.departments(user)) ++start[department.value];
  }
  rows().active = {};
  rows().active.add(active);
  rows().active.optimize();
  std::vector<UserNo>().swap(active);

  for (std::size_t i = 1; i < start.size(); ++i) start[i] += start[i - 1];
  std::vector<UserNo> members(start.back());
  auto next = start;
  for (std::uint64_t n = 1; n < users.end(); ++n) {
    UserNo const user{static_cast<std::uint32_t>(n)};
    if (!users.has(user)) continue;
    for (auto const department : users.departments(user)) {
      members[next[department.value - 1]++] = user;
    }
  }
  rows().members.assign(departments, {});
  for (std::size_t i = 0; i < departments; ++i) {
    rows().members[i].add({members.data() + start[i], members.data() + start[i + 1]});
    rows().members[i].optimize();
  }

  rows().below.assign(departments, {});
  std::vector<UserSet const*> parts;
  for (auto at = order.rbegin(); at != order.rend(); ++at) {
    auto const children = made->children(*at);
    if (children.empty()) continue;
    parts.assign(1, &made->members(*at));
    for (auto const child : children) parts.push_back(&made->members_below(child));
    auto& below = rows().below[at->value - 1];
    below = UserSet::union_of(parts);
    below.optimize();
  }
}

Result<std::shared_ptr<Directory const>> DirectoryBuilder::build() {
  CHECK_OK(impl_->check_departments());
  impl_->link_children();
  auto const order = from_root_down(impl_->rows().child_list, impl_->rows().child_start);
  auto const& departments = impl_->rows().departments;
  std::vector<bool> reached(departments.size() + 1);
  for (auto const no : order) reached[no.value] = true;
  for (auto const& department : departments) {
    if (department.no && !reached[department.no.value]) {
      return fail(Errc::invalid_field, naming(department) + " is below itself");
    }
  }
  CHECK_OK(impl_->rows().users.index());
  CHECK_OK(impl_->check_users());
  impl_->collect_members(order);
  return std::shared_ptr<Directory const>(std::exchange(impl_->made, nullptr));
}

}  // namespace carillon
