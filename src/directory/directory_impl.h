// What a Directory consists of; included by the .cc files of this folder only.
//
// Shape   Everything that grows with the tenant is shared between snapshots: users and departments
//         in CowArrays, indexes in shards, the rest behind one pointer each.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "directory/cow_array.h"
#include "directory/directory.h"
#include "directory/number_index.h"
#include "directory/user_rows.h"

namespace carillon {

// A map from text that is asked with string_views.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return hash_bytes(text, 0); }
};
using TextIndex = std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>>;

// Things with a name that messages may use: chats, images.
template <class T>
struct NamedList {
  std::vector<T> list;
  TextIndex index;

  T const* find(std::string_view name) const {
    auto const at = index.find(name);
    return at == index.end() ? nullptr : &list[at->second];
  }
  void put(std::string const& name, T value) {
    auto const [at, added] = index.emplace(name, static_cast<std::uint32_t>(list.size()));
    if (added) list.emplace_back();
    list[at->second] = std::move(value);
  }
  std::size_t memory_bytes() const {
    return list.size() * sizeof(T) + index.size() * (sizeof(TextIndex::value_type) + 16) +
           index.bucket_count() * 8;
  }
};

struct DepartmentRow {
  Department department;
  std::vector<DepartmentNo> children;  // ascending
};

struct Directory::Impl {
  Tenant tenant;
  UserRows users;
  CowArray<DepartmentRow> departments;  // by number
  std::uint32_t departments_end = 2;    // one above the highest number
  NumberIndex department_index;         // custom ids, open aliases, the other kind of number
  Cow<NamedList<Chat>> chats;
  Cow<NamedList<Image>> images;

  // What build() derives and an edit keeps.
  Cow<UserSet> active;
  Cow<UserSet> in_several;  // members of more than one department
  CowArray<UserSet> members;
  CowArray<UserSet> below;  // of departments with children; others have their members below

  bool has_department(DepartmentNo no) const {
    auto const* const row = departments.find(no.value);
    return row != nullptr && row->department.no && !row->department.deleted;
  }
  std::optional<DepartmentNo> find_department(std::string_view id) const;
  std::optional<DepartmentNo> find_department_number(std::int64_t number) const;

  // Checks ids and puts the row and its keys; neither children nor sets.
  // Errors  invalid_field, already_exists, too_large; nothing is changed then.
  Result<void> put_row(Department department);

 private:
  template <class Take>
  void department_hashes(Department const& department, Take const& take) const;
};

}  // namespace carillon
