#include "directory/directory_edit.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "directory/directory_impl.h"

namespace carillon {
namespace {

// To look up the departments of so many people takes as long as to intersect two sets.
constexpr std::size_t kPeopleASet = 8;

// Which is the lowest of some departments in a line upwards that another one lies below?
class LineAbove {
 public:
  static constexpr std::uint16_t kNone = 0xffff;

  LineAbove(Directory const& directory, std::vector<DepartmentNo> const& line)
      : directory_(directory), known_(directory.departments_end(), kUnknown) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      known_[line[i].value] = static_cast<std::uint16_t>(i);
    }
  }
  std::uint16_t lowest(DepartmentNo department) {
    auto at = department;
    while (at && known_[at.value] == kUnknown) at = directory_.department(at).parent;
    auto const found = at ? known_[at.value] : kNone;
    for (at = department; at && known_[at.value] == kUnknown;
         at = directory_.department(at).parent) {
      known_[at.value] = found;
    }
    return found;
  }

 private:
  static constexpr std::uint16_t kUnknown = 0xfffe;
  Directory const& directory_;
  std::vector<std::uint16_t> known_;
};

// Whom of `users` each department of a line upwards keeps by another department of theirs: it, or
// one below it that is not below the one before it in the line. Both ways give the same.
std::vector<UserSet> kept_by_person(Directory const& directory, UserSet const& users,
                                    std::vector<DepartmentNo> const& line) {
  std::vector<std::vector<UserNo>> kept(line.size());
  LineAbove above(directory, line);
  for (auto const user : users.list()) {
    auto lowest = LineAbove::kNone;
    for (auto const department : directory.departments_of(user)) {
      lowest = std::min(lowest, above.lowest(department));
    }
    if (lowest != LineAbove::kNone) kept[lowest].push_back(user);
  }
  std::vector<UserSet> out(line.size());
  for (std::size_t i = 0; i < line.size(); ++i) out[i].add(kept[i]);
  return out;
}

std::vector<UserSet> kept_by_department(Directory const& directory, UserSet const& users,
                                        std::vector<DepartmentNo> const& line) {
  std::vector<UserSet> out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    auto kept = users & directory.members(line[i]);
    for (auto const child : directory.children(line[i])) {
      if (i > 0 && child == line[i - 1]) continue;
      kept |= users & directory.members_below(child);
    }
    out.push_back(std::move(kept));
  }
  return out;
}

std::vector<DepartmentNo> difference(std::vector<DepartmentNo> const& a,
                                     std::vector<DepartmentNo> const& b) {
  std::vector<DepartmentNo> out;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

std::vector<DepartmentNo> sorted(std::vector<DepartmentNo> departments) {
  std::sort(departments.begin(), departments.end());
  departments.erase(std::unique(departments.begin(), departments.end()), departments.end());
  return departments;
}

}  // namespace

DirectoryEdit::DirectoryEdit(Directory const& base) : made_(new Directory) {
  *made_->impl_ = *base.impl_;
}

UserNo DirectoryEdit::next_user() const {
  return UserNo{static_cast<std::uint32_t>(made_->users_end())};
}
DepartmentNo DirectoryEdit::next_department() const {
  return DepartmentNo{made_->departments_end()};
}

std::shared_ptr<Directory const> DirectoryEdit::finish() { return std::move(made_); }

// These and all above them, ascending.
std::vector<DepartmentNo> DirectoryEdit::above(std::vector<DepartmentNo> departments) const {
  auto const given = departments.size();
  for (std::size_t i = 0; i < given; ++i) {
    for (auto at = made_->department(departments[i]).parent; at;
         at = made_->department(at).parent) {
      departments.push_back(at);
    }
  }
  return sorted(std::move(departments));
}

// For writing; what a department without children has below it are its members, kept once.
UserSet& DirectoryEdit::below(DepartmentNo department) {
  auto& sets = rows().below;
  if (sets.find(department.value) == nullptr) {
    sets.set(department.value, made_->members(department));
  }
  return sets.edit(department.value);
}

Result<void> DirectoryEdit::put(User const& user) {
  for (auto const department : user.departments) {
    if (!made_->has_department(department)) {
      return fail(Errc::invalid_field, "user \"" + user.user_id + "\": unknown department");
    }
  }
  auto const& users = rows().users;
  bool const was_member = users.has(user.no) && !users.resigned(user.no);
  bool const was_active = was_member && users.active(user.no);
  std::vector<DepartmentNo> before;
  if (was_member) {
    auto const in = users.departments(user.no);
    before = sorted({in.begin(), in.end()});
  }
  auto const after = user.resigned ? std::vector<DepartmentNo>() : sorted(user.departments);
  CHECK_OK(rows().users.put(user));

  bool const is_active = user.active && !user.resigned;
  if (is_active != was_active) {
    auto& active = rows().active.edit();
    is_active ? active.add(user.no) : active.remove(user.no);
  }
  if (before == after) return {};
  if ((before.size() > 1) != (after.size() > 1)) {
    auto& several = rows().in_several.edit();
    after.size() > 1 ? several.add(user.no) : several.remove(user.no);
  }
  for (auto const department : difference(before, after)) {
    rows().members.edit(department.value).remove(user.no);
  }
  for (auto const department : difference(after, before)) {
    rows().members.edit(department.value).add(user.no);
  }
  auto const above_before = above(before);
  auto const above_after = above(after);
  for (auto const department : difference(above_before, above_after)) {
    if (rows().below.find(department.value) != nullptr) below(department).remove(user.no);
  }
  for (auto const department : difference(above_after, above_before)) {
    if (rows().below.find(department.value) != nullptr) below(department).add(user.no);
  }
  return {};
}

Result<void> DirectoryEdit::put(Department department) {
  auto const no = department.no;
  auto const parent = department.parent;
  bool const known = made_->has_department(no);
  auto const old_parent = known ? made_->department(no).parent : DepartmentNo{};
  if (no != kRootDepartment && !made_->has_department(parent)) {
    return fail(Errc::invalid_field,
                "department \"" + department.department_id + "\" has an unknown parent");
  }
  if (known && parent && made_->is_below(parent, no)) {
    return fail(Errc::invalid_field,
                "department \"" + department.department_id + "\" would be below itself");
  }
  CHECK_OK(rows().put_row(std::move(department)));
  if (parent == old_parent) return {};

  auto const above_before = old_parent ? above({old_parent}) : std::vector<DepartmentNo>();
  auto const above_after = above({parent});
  // Whoever comes along may be somebody who was above the new place already, and the other way
  // round; so the new sets grow before the old ones shrink.
  add_child(parent, no);
  auto const people = made_->members_below(no);
  enter(people, parent, difference(above_after, above_before));
  if (old_parent) {
    remove_child(old_parent, no);
    leave(people, old_parent, difference(above_before, above_after));
  }
  return {};
}

void DirectoryEdit::add_child(DepartmentNo parent, DepartmentNo child) {
  if (made_->children(parent).empty()) below(parent);  // from now on it has a set of its own
  auto& children = rows().departments.edit(parent.value).children;
  children.insert(std::lower_bound(children.begin(), children.end(), child), child);
}

void DirectoryEdit::remove_child(DepartmentNo parent, DepartmentNo child) {
  auto& children = rows().departments.edit(parent.value).children;
  children.erase(std::lower_bound(children.begin(), children.end(), child));
  if (children.empty()) rows().below.erase(parent.value);
}

// `departments` lie between `from`, which is one of them if there are any, and the root.
void DirectoryEdit::enter(UserSet const& users, DepartmentNo from,
                          std::vector<DepartmentNo> const& departments) {
  if (users.empty()) return;
  for (auto at = from; std::binary_search(departments.begin(), departments.end(), at);
       at = made_->department(at).parent) {
    auto& set = below(at);
    set |= users;
    set.optimize();
  }
}

void DirectoryEdit::leave(UserSet const& users, DepartmentNo from,
                          std::vector<DepartmentNo> const& departments) {
  if (users.empty()) return;
  std::vector<DepartmentNo> line;
  for (auto at = from; std::binary_search(departments.begin(), departments.end(), at);
       at = made_->department(at).parent) {
    line.push_back(at);
  }
  if (line.empty()) return;
  // Who has no other department is kept by none.
  auto const doubtful = users & *rows().in_several;
  std::size_t sets = 0;
  for (auto const department : line) sets += 1 + made_->children(department).size();
  bool const by_person = doubtful.size() / kPeopleASet < sets && line.size() < LineAbove::kNone - 1;
  auto const kept = by_person ? kept_by_person(*made_, doubtful, line)
                              : kept_by_department(*made_, doubtful, line);
  UserSet kept_so_far;
  for (std::size_t i = 0; i < line.size(); ++i) {
    kept_so_far |= kept[i];
    if (made_->children(line[i]).empty()) continue;  // its members are all it has below
    auto& set = below(line[i]);
    set -= users;
    set |= kept_so_far;
    set.optimize();
  }
}

void DirectoryEdit::erase(DepartmentNo department) {
  auto row = made_->department(department);
  remove_child(row.parent, department);
  row.deleted = true;
  row.open_alias.clear();
  static_cast<void>(rows().put_row(std::move(row)));  // refuses ids only, and it gives up its own
}

}  // namespace carillon
