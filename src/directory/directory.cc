#include "directory/directory.h"

#include "directory/directory_impl.h"

namespace carillon {
namespace {

// The hex digits of an id as seal() makes them, or empty.
std::string_view sealed_part(std::string_view id, std::string_view prefix) {
  return id.starts_with(prefix) ? id.substr(prefix.size()) : std::string_view();
}

}  // namespace

Directory::Directory() : impl_(std::make_unique<Impl>()) {}
Directory::~Directory() = default;

Tenant const& Directory::tenant() const { return impl_->tenant; }

std::size_t Directory::memory_bytes() const {
  auto const& at = *impl_;
  auto bytes = sizeof(Impl) + at.users.memory_bytes() + at.active->memory_bytes() +
               at.in_several->memory_bytes() + at.department_index.memory_bytes() +
               at.departments.overhead_bytes() + at.members.overhead_bytes() +
               at.below.overhead_bytes() + at.chats->memory_bytes() + at.images->memory_bytes();
  at.departments.for_each([&](DepartmentRow const& row) {
    bytes += sizeof(row) + row.department.name.capacity() + row.department.open_alias.capacity() +
             row.children.capacity() * sizeof(DepartmentNo);
  });
  auto const add = [&](UserSet const& set) { bytes += sizeof(set) + set.memory_bytes(); };
  at.members.for_each(add);
  at.below.for_each(add);
  return bytes;
}

std::optional<UserNo> Directory::find_user(std::string_view user_id) const {
  return impl_->users.find(user_id);
}

std::optional<UserNo> Directory::find_open_id(AppNo app, std::string_view open_id,
                                              IdSealer const& ids) const {
  if (auto const user = impl_->users.find_alias(AliasOwner::of(app), open_id)) return user;
  auto const at = ids.unseal(IdKind::open_id, sealed_part(open_id, "ou_"));
  UserNo const user{at ? at->minor : 0};
  if (!at || at->tenant != impl_->tenant.no.value || at->major != app.value || !has_user(user) ||
      impl_->users.generation(user) != at->generation) {
    return std::nullopt;
  }
  return user;
}

std::optional<UserNo> Directory::find_union_id(DeveloperNo developer, std::string_view union_id,
                                               IdSealer const& ids) const {
  if (auto const user = impl_->users.find_alias(AliasOwner::of(developer), union_id)) return user;
  auto const at = ids.unseal(IdKind::union_id, sealed_part(union_id, "on_"));
  UserNo const user{at ? at->minor : 0};
  if (!at || at->tenant != impl_->tenant.no.value || at->major != developer.value ||
      !has_user(user) || impl_->users.generation(user) != at->generation) {
    return std::nullopt;
  }
  return user;
}

std::optional<UserNo> Directory::find_email(std::string_view email, bool also_resigned) const {
  return impl_->users.find_email(email, also_resigned);
}
std::optional<UserNo> Directory::find_mobile(std::string_view mobile, bool also_resigned) const {
  return impl_->users.find_mobile(mobile, also_resigned);
}

std::string Directory::open_id(AppNo app, UserNo user, IdSealer const& ids) const {
  if (auto alias = impl_->users.alias(AliasOwner::of(app), user)) return *std::move(alias);
  return "ou_" + ids.seal({IdKind::open_id, impl_->users.generation(user), impl_->tenant.no.value,
                           app.value, user.value});
}

std::string Directory::union_id(DeveloperNo developer, UserNo user, IdSealer const& ids) const {
  if (auto alias = impl_->users.alias(AliasOwner::of(developer), user)) return *std::move(alias);
  return "on_" + ids.seal({IdKind::union_id, impl_->users.generation(user), impl_->tenant.no.value,
                           developer.value, user.value});
}

bool Directory::has_user(UserNo user) const { return impl_->users.has(user); }
std::string_view Directory::user_id(UserNo user) const { return impl_->users.user_id(user); }
std::string_view Directory::user_name(UserNo user) const { return impl_->users.name(user); }
std::span<DepartmentNo const> Directory::departments_of(UserNo user) const {
  return impl_->users.departments(user);
}
bool Directory::resigned(UserNo user) const { return impl_->users.resigned(user); }
User Directory::user(UserNo user) const { return impl_->users.get(user); }
std::uint64_t Directory::users_end() const { return impl_->users.end(); }
UserSet const& Directory::active() const { return *impl_->active; }

std::optional<DepartmentNo> Directory::find_department(std::string_view id,
                                                       IdSealer const& ids) const {
  if (auto const no = impl_->find_department(id)) return no;
  auto const at = ids.unseal(IdKind::open_department, sealed_part(id, "od-"));
  if (!at || at->tenant != impl_->tenant.no.value || at->minor != 0) return std::nullopt;
  DepartmentNo const no{static_cast<std::uint32_t>(at->major)};
  if (no.value != at->major || !has_department(no) || department(no).generation != at->generation) {
    return std::nullopt;
  }
  return no;
}

std::optional<DepartmentNo> Directory::find_department_number(std::int64_t number) const {
  return impl_->find_department_number(number);
}

Department const& Directory::department(DepartmentNo department) const {
  return impl_->departments[department.value].department;
}
bool Directory::has_department(DepartmentNo department) const {
  return impl_->has_department(department);
}

std::string Directory::open_department_id(DepartmentNo no, IdSealer const& ids) const {
  auto const& of = department(no);
  if (!of.open_alias.empty()) return of.open_alias;
  return "od-" +
         ids.seal({IdKind::open_department, of.generation, impl_->tenant.no.value, no.value, 0});
}

std::span<DepartmentNo const> Directory::children(DepartmentNo department) const {
  return impl_->departments[department.value].children;
}
bool Directory::is_below(DepartmentNo department, DepartmentNo top) const {
  for (auto at = department; at; at = this->department(at).parent) {
    if (at == top) return true;
  }
  return false;
}
std::uint32_t Directory::departments_end() const { return impl_->departments_end; }
UserSet const& Directory::members(DepartmentNo department) const {
  static UserSet const kNobody;
  auto const* const set = impl_->members.find(department.value);
  return set == nullptr ? kNobody : *set;
}
UserSet const& Directory::members_below(DepartmentNo department) const {
  auto const* const set = impl_->below.find(department.value);
  return set == nullptr ? members(department) : *set;
}

bool Directory::has_chat(std::string_view chat_id) const { return find_chat(chat_id) != nullptr; }
Chat const* Directory::find_chat(std::string_view chat_id) const {
  return impl_->chats->find(chat_id);
}
std::vector<Chat> const& Directory::chats() const { return impl_->chats->list; }
bool Directory::has_image(std::string_view image_key) const {
  return find_image(image_key) != nullptr;
}
Image const* Directory::find_image(std::string_view image_key) const {
  return impl_->images->find(image_key);
}
std::vector<Image> const& Directory::images() const { return impl_->images->list; }

}  // namespace carillon
