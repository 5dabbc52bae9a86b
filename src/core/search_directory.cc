#include "core/search_directory.h"

#include <algorithm>
#include <string_view>

namespace carillon {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

// A text to look for, and whether another begins with it or holds it.
class Pattern {
 public:
  explicit Pattern(std::string_view text) : text_(text) {
    std::transform(text_.begin(), text_.end(), text_.begin(), lower);
  }
  bool begins(std::string_view id) const {
    return id.size() >= text_.size() && std::equal(text_.begin(), text_.end(), id.begin(), is_same);
  }
  bool is_in(std::string_view name) const {
    return std::search(name.begin(), name.end(), text_.begin(), text_.end(),
                       [](char in_name, char in_text) { return lower(in_name) == in_text; }) !=
           name.end();
  }

 private:
  static bool is_same(char in_text, char in_id) { return in_text == lower(in_id); }
  std::string text_;
};

bool is_start(SearchPlace const& place) { return place.department == 0 && place.user == 0; }

// Walks from `at` to `end` and puts what matches into `out`, until there is enough of anything.
template <class No, class Matches>
std::uint32_t walk(std::uint64_t at, std::uint64_t end, std::size_t limit, std::size_t& work,
                   std::vector<No>& out, Matches const& matches) {
  for (; at < end && out.size() < limit && work > 0; ++at, --work) {
    No const no{static_cast<std::uint32_t>(at)};
    if (matches(no)) out.push_back(no);
  }
  return static_cast<std::uint32_t>(at);
}

}  // namespace

DirectoryFinds search_directory(Directory const& directory, IdSealer const& ids,
                                DirectorySearch const& search) {
  DirectoryFinds out;
  Pattern const pattern(search.text);
  auto const exact_department = directory.find_department(search.text, ids);
  auto exact_user = directory.find_user(search.text);
  if (exact_user && directory.resigned(*exact_user)) exact_user.reset();
  if (is_start(search.from)) {
    if (exact_department) out.departments.push_back(*exact_department);
    if (exact_user) out.users.push_back(*exact_user);
  }

  auto work = search.work;
  auto place = search.from;
  place.department =
      walk(std::max(place.department, kRootDepartment.value), directory.departments_end(),
           search.limit, work, out.departments, [&](DepartmentNo no) {
             if (!directory.has_department(no) || no == exact_department) return false;
             auto const& department = directory.department(no);
             return pattern.begins(department.department_id) || pattern.is_in(department.name);
           });
  place.user =
      walk(place.user, directory.users_end(), search.limit, work, out.users, [&](UserNo no) {
        if (!directory.has_user(no) || directory.resigned(no) || no == exact_user) {
          return false;
        }
        return pattern.begins(directory.user_id(no)) || pattern.is_in(directory.user_name(no));
      });
  if (place.department < directory.departments_end() || place.user < directory.users_end()) {
    out.next = place;
  }
  return out;
}

}  // namespace carillon
