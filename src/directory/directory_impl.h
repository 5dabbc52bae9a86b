// What a Directory consists of; included by directory.cc and directory_builder.cc only.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "directory/directory.h"
#include "directory/user_rows.h"

namespace carillon {

// A map from text that is asked with string_views.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return hash_bytes(text, 0); }
};
using TextIndex = std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>>;

inline std::size_t memory_of(TextIndex const& index) {
  return index.size() * (sizeof(TextIndex::value_type) + 16) + index.bucket_count() * 8;
}

struct Directory::Impl {
  Tenant tenant;
  UserRows users;
  std::vector<Department> departments;  // departments[no - 1]; no 0: there is none
  TextIndex department_ids;             // custom ids and open aliases
  std::vector<Chat> chats;
  TextIndex chat_ids;
  std::vector<Image> images;
  TextIndex image_keys;

  // What build() derives; indexed like `departments`.
  UserSet active;
  std::vector<DepartmentNo> child_list;    // ascending within each parent
  std::vector<std::uint32_t> child_start;  // one more than departments
  std::vector<UserSet> members;
  std::vector<UserSet> below;  // of departments with children; others have their members below

  bool has_department(DepartmentNo no) const {
    return no.value > 0 && no.value <= departments.size() && departments[no.value - 1].no == no;
  }
};

}  // namespace carillon
