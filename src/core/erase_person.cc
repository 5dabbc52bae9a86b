#include "core/erase_person.h"

#include <utility>

#include "core/apply_import.h"
#include "directory/directory_edit.h"

namespace carillon {
namespace {

constexpr std::size_t kDigits = 12;

// Part of the person's sealed coordinates: the same each time, and nobody's.
std::string erased_id(View& view, Directory const& directory, Person const& person) {
  auto const digits = view.ids().seal(
      {IdKind::union_id, view.generation(), person.tenant.value, 0, person.user.value});
  for (std::size_t at = 0; at + kDigits <= digits.size(); ++at) {
    auto id = std::string(kErasedPrefix) + digits.substr(at, kDigits);
    if (!directory.find_user(id)) return id;
  }
  return std::string(kErasedPrefix) + digits;
}

Result<Directory const*> find_directory(Organisation const& organisation, Person const& person) {
  auto const* directory = organisation.find(person.tenant);
  if (directory == nullptr || !directory->has_user(person.user) ||
      is_erased(*directory, person.user)) {
    return fail(Errc::user_unknown);
  }
  return directory;
}

}  // namespace

bool is_erased(Directory const& directory, UserNo user) {
  return directory.resigned(user) && directory.user_id(user).starts_with(kErasedPrefix);
}

Result<Decided<Nothing>> erase_messages(View& view, Person const& person,
                                        std::vector<BatchNo> const& batches) {
  auto const organisation = view.organisation();
  CHECK_OK(find_directory(*organisation, person));
  Decided<Nothing> out;
  for (auto const batch : batches) {
    BatchKey const key{person.tenant, batch};
    auto const record = view.find_batch(key);
    if (!record || record->valid != 1) continue;
    TRY(auto const audience, view.audience(key));
    if (audience->deliverable.contains(person.user)) out.change.contents[key] = "{}";
  }
  out.change.erases = !out.change.contents.empty();
  return out;
}

Result<Decided<std::string>> erase_person(View& view, Person const& person) {
  CHECK_OK(check_no_import(view));
  auto const before = view.organisation();
  TRY(auto const* directory, find_directory(*before, person));
  auto const known = directory->user(person.user);
  User erased;
  erased.no = known.no;
  erased.generation = known.generation;
  erased.active = false;
  erased.resigned = true;
  erased.departments = {kRootDepartment};
  erased.user_id = erased_id(view, *directory, person);

  DirectoryEdit edit(*directory);
  CHECK_OK(edit.put(erased));
  auto after = std::make_shared<Organisation>(*before);
  ++after->version;
  after->directories[person.tenant.value - 1] = edit.finish();

  Decided<std::string> out;
  out.answer = erased.user_id;
  out.change.directory.user_details.push_back({person.tenant, person.user, UserDetails()});
  out.change.directory.users.emplace_back(person.tenant, std::move(erased));
  out.change.push[{person.tenant, person.user}] = PushRow{};
  out.change.erases = true;
  out.organisation = std::move(after);
  return out;
}

}  // namespace carillon
