#include "directory/names.h"

#include <algorithm>

namespace carillon {
namespace {

// The parser has checked UTF-8; the control characters are those of ASCII, DEL and Latin-1.
bool has_control(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto const c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c == 0x7f) return true;
    if (c == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0) {
      return true;
    }
  }
  return false;
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

std::string_view id_problem(std::string_view id) {
  if (id.empty()) return "is empty";
  if (id.size() > kIdBytesMax) return "is longer than 64 bytes";
  if (has_control(id)) return "has control characters";
  return {};
}

std::string_view name_problem(std::string_view name) {
  if (name.size() > kNameBytesMax) return "is longer than 255 bytes";
  if (has_control(name)) return "has control characters";
  return {};
}

std::string_view department_id_problem(std::string_view id) {
  if (auto const problem = id_problem(id); !problem.empty()) return problem;
  if (id == "0") return "names the root, which cannot be given";
  if (id == "1") return "must not be \"1\"";
  if (id.starts_with("od-")) return "must not begin with \"od-\"";
  auto const allowed = [](char c) {
    return is_letter_or_digit(c) || c == '_' || c == '-' || c == '@' || c == '.';
  };
  if (!is_letter_or_digit(id.front()) || !std::all_of(id.begin(), id.end(), allowed)) {
    return "may have letters, digits and _-@. only, a letter or digit first";
  }
  return {};
}

std::string_view email_problem(std::string_view email) {
  if (auto const problem = name_problem(email); !problem.empty()) return problem;
  auto const at = email.find('@');
  if (at == 0 || at == std::string_view::npos || email.find('@', at + 1) != email.npos ||
      at + 1 == email.size() || email.find(' ') != email.npos) {
    return "is no mail address";
  }
  return {};
}

std::string_view mobile_problem(std::string_view mobile) {
  std::size_t digits = 0;
  for (std::size_t i = 0; i < mobile.size(); ++i) {
    char const c = mobile[i];
    if (c >= '0' && c <= '9') {
      ++digits;
    } else if (c != '-' && c != ' ' && (c != '+' || i != 0)) {
      return "may have digits, blanks and hyphens only, and a plus before them";
    }
  }
  if (digits < 5 || digits > 20 || mobile.size() > 32) return "is no mobile number";
  return {};
}

}  // namespace carillon
