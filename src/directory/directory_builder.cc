#include <algorithm>
#include <utility>

#include "directory/directory.h"
#include "directory/directory_impl.h"

namespace carillon {
namespace {

std::string naming(Department const& department) {
  return "department \"" + department.department_id + "\"";
}

}  // namespace

struct DirectoryBuilder::Impl {
  std::shared_ptr<Directory> made{new Directory};

  Directory::Impl& rows() { return *made->impl_; }
  // Copied once, when the first of them is put.
  NamedList<Chat>& chats() {
    return own_chats == nullptr ? *(own_chats = &rows().chats.edit()) : *own_chats;
  }
  NamedList<Image>& images() {
    return own_images == nullptr ? *(own_images = &rows().images.edit()) : *own_images;
  }

  NamedList<Chat>* own_chats = nullptr;
  NamedList<Image>* own_images = nullptr;

  Result<void> link_children();
  std::vector<DepartmentNo> from_root_down();
  Result<void> check_users();
  void collect_members(std::vector<DepartmentNo> const& order);

  template <class Each>
  void for_each_department(Each const& each) {
    for (std::uint32_t n = 1; n < rows().departments_end; ++n) {
      if (rows().has_department(DepartmentNo{n})) each(rows().departments[n].department);
    }
  }
};

DirectoryBuilder::DirectoryBuilder(Tenant tenant) : impl_(std::make_unique<Impl>()) {
  auto& rows = impl_->rows();
  rows.tenant = std::move(tenant);
  Department root;
  root.no = kRootDepartment;
  root.dept_number = 1;
  static_cast<void>(rows.put_row(std::move(root)));  // nothing it could clash with
}

DirectoryBuilder::DirectoryBuilder(Directory const& base) : impl_(std::make_unique<Impl>()) {
  impl_->rows() = *base.impl_;
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
  return DepartmentNo{impl_->rows().departments_end};
}

Result<DepartmentNo> DirectoryBuilder::put(Department department) {
  if (!department.no) department.no = next_department();
  auto const no = department.no;
  CHECK_OK(impl_->rows().put_row(std::move(department)));
  return no;
}

Result<UserNo> DirectoryBuilder::put(User const& user) {
  if (!user.no) {
    auto numbered = user;
    numbered.no = next_user();
    return put(numbered);
  }
  CHECK_OK(impl_->rows().users.put(user));
  return user.no;
}

void DirectoryBuilder::put(Chat chat) {
  auto const name = chat.chat_id;
  impl_->chats().put(name, std::move(chat));
}

void DirectoryBuilder::put(Image image) {
  auto const name = image.image_key;
  impl_->images().put(name, std::move(image));
}

Result<void> DirectoryBuilder::Impl::link_children() {
  std::vector<std::vector<DepartmentNo>> children(rows().departments_end);
  Result<void> out;
  for_each_department([&](Department const& department) {
    if (!out || department.no == kRootDepartment) return;
    if (rows().has_department(department.parent)) {
      children[department.parent.value].push_back(department.no);
    } else {
      out = fail(Errc::invalid_field, naming(department) + " has an unknown parent");
    }
  });
  CHECK_OK(std::move(out));
  for (std::uint32_t n = 1; n < children.size(); ++n) {
    auto const* const row = rows().departments.find(n);
    if (row != nullptr && row->children != children[n]) {
      children[n].shrink_to_fit();
      rows().departments.edit(n).children = std::move(children[n]);
    }
  }
  return {};
}

// Departments from the root down, each after its parent; those that the root does not reach (they
// lie on or below a cycle) are missing.
std::vector<DepartmentNo> DirectoryBuilder::Impl::from_root_down() {
  std::vector<DepartmentNo> order{kRootDepartment};
  for (std::size_t i = 0; i < order.size(); ++i) {
    auto const& children = rows().departments[order[i].value].children;
    order.insert(order.end(), children.begin(), children.end());
  }
  return order;
}

Result<void> DirectoryBuilder::Impl::check_users() {
  std::vector<bool> known(rows().departments_end);
  for_each_department([&](Department const& department) { known[department.no.value] = true; });
  Result<void> out;
  rows().users.for_each([&](UserNo /*user*/, UserChunk const& some, UserChunk::Place at) {
    if (some.resigned(at)) return;
    for (auto const department : some.departments(at)) {
      if (department.value < known.size() && known[department.value]) continue;
      out = fail(Errc::invalid_field,
                 "user \"" + std::string(some.user_id(at)) + "\" is in an unknown department");
    }
  });
  return out;
}

void DirectoryBuilder::Impl::collect_members(std::vector<DepartmentNo> const& order) {
  auto const& users = rows().users;
  auto const departments = rows().departments_end;
  // Sorted by counting, so that each set is filled in one go, in ascending order.
  std::vector<std::uint64_t> start(departments);
  std::vector<UserNo> active;
  std::vector<UserNo> in_several;
  users.for_each([&](UserNo user, UserChunk const& some, UserChunk::Place at) {
    if (some.resigned(at)) return;
    if (some.active(at)) active.push_back(user);
    auto const in = some.departments(at);
    if (in.size() > 1) in_several.push_back(user);
    for (auto const department : in) ++start[department.value];
  });
  auto const set_of = [](std::span<UserNo const> some) {
    UserSet out;
    out.add(some);
    out.optimize();
    return out;
  };
  rows().active.set(set_of(active));
  rows().in_several.set(set_of(in_several));
  std::vector<UserNo>().swap(active);

  for (std::size_t i = 1; i < start.size(); ++i) start[i] += start[i - 1];
  std::vector<UserNo> members(start.back());
  // Each begins where the one before it ends.
  std::vector<std::uint64_t> next(start.begin(), start.end() - 1);
  next.insert(next.begin(), 0);
  users.for_each([&](UserNo user, UserChunk const& some, UserChunk::Place at) {
    if (some.resigned(at)) return;
    for (auto const department : some.departments(at)) members[next[department.value]++] = user;
  });
  rows().members.clear();
  for (std::uint32_t n = 1; n < departments; ++n) {
    if (start[n - 1] == start[n]) continue;
    rows().members.set(n, set_of({members.data() + start[n - 1], members.data() + start[n]}));
  }

  rows().below.clear();
  std::vector<UserSet const*> parts;
  for (auto at = order.rbegin(); at != order.rend(); ++at) {
    auto const children = made->children(*at);
    if (children.empty()) continue;
    parts.assign(1, &made->members(*at));
    for (auto const child : children) parts.push_back(&made->members_below(child));
    auto below = UserSet::union_of(parts);
    below.optimize();
    rows().below.set(at->value, std::move(below));
  }
}

Result<std::shared_ptr<Directory const>> DirectoryBuilder::build() {
  CHECK_OK(impl_->link_children());
  auto const order = impl_->from_root_down();
  std::vector<bool> reached(impl_->rows().departments_end);
  for (auto const no : order) reached[no.value] = true;
  Result<void> tree;
  impl_->for_each_department([&](Department const& department) {
    if (tree && !reached[department.no.value]) {
      tree = fail(Errc::invalid_field, naming(department) + " is below itself");
    }
  });
  CHECK_OK(std::move(tree));
  CHECK_OK(impl_->rows().users.index([&]() -> Result<void> {
    CHECK_OK(impl_->check_users());
    impl_->collect_members(order);
    return {};
  }));
  impl_->rows().users.shrink();
  return std::shared_ptr<Directory const>(std::exchange(impl_->made, nullptr));
}

}  // namespace carillon
