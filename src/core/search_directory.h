// Departments and people by the beginning of an id or a part of a name.
//
// Shape   Two walks through the numbers of a tenant, each a bounded piece a call; the answer says
//         where to go on. Whoever has the text as their id comes first and is found at once.
//         Letters of ASCII are the same in either case; other text must be equal byte for byte.
//         People who resigned are not found, inactive ones are.
// Cost    Pure; about 50 ns a name, at most `work` names a call: an engine reader thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "directory/directory.h"

namespace carillon {

// The first numbers that were not looked at yet.
struct SearchPlace {
  std::uint32_t department = 0;
  std::uint32_t user = 0;
};

struct DirectorySearch {
  std::string text;
  SearchPlace from{};
  std::size_t limit = 20;      // of each
  std::size_t work = 200'000;  // names looked at
};

struct DirectoryFinds {
  std::vector<DepartmentNo> departments;
  std::vector<UserNo> users;
  std::optional<SearchPlace> next;  // none: all was looked at
};

DirectoryFinds search_directory(Directory const& directory, IdSealer const& ids,
                                DirectorySearch const& search);

}  // namespace carillon
