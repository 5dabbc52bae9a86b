// Which texts may be ids and names in a directory.
//
// Source  feishu.md section 4; the same rules hold for imports and for single changes.
// Limits  Ids 64 bytes, names 255 bytes of UTF-8 without control characters.
// Cost    Pure; the answers are literals.
#pragma once

#include <cstddef>
#include <string_view>

namespace carillon {

inline constexpr std::size_t kIdBytesMax = 64;
inline constexpr std::size_t kNameBytesMax = 255;

// What is wrong with a text as an id or a name, or empty.
std::string_view id_problem(std::string_view id);
std::string_view name_problem(std::string_view name);
// The tenant's own id of a department.
std::string_view department_id_problem(std::string_view id);
std::string_view email_problem(std::string_view email);
std::string_view mobile_problem(std::string_view mobile);

}  // namespace carillon
