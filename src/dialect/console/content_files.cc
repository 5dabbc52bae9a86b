#include "dialect/console/content_files.h"

#include <algorithm>
#include <vector>

#include "json/reader.h"

namespace carillon::console {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

// Where a bracket that begins with this leads to: "(key)", "( <key> 'title')"; empty: nowhere.
std::string_view link_target(std::string_view text) {
  if (!text.starts_with('(')) return {};
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks, 1), text.size()));
  bool const bracketed = text.starts_with('<');
  if (bracketed) text.remove_prefix(1);
  auto const end = text.find_first_of(bracketed ? "<>" : " \t\r\n)");
  if (end == std::string_view::npos || (bracketed && text[end] == '<')) return {};
  return text.substr(0, end);
}

// Brackets pair up as they nest; what follows a backslash is no sign.
bool has_picture(std::string_view text, std::string_view key) {
  std::vector<bool> open;  // brackets, and whether a picture's
  char before = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    char const sign = text[at];
    if (sign == '\\') {
      ++at;
      before = 0;
      continue;
    }
    if (sign == '[') open.push_back(before == '!');
    if (sign == ']' && !open.empty()) {
      if (open.back() && link_target(text.substr(at + 1)) == key) return true;
      open.pop_back();
    }
    before = sign;
  }
  return false;
}

bool shows(json::Value value, std::string_view key) {
  if (value.is_string()) return value.string() == key || has_picture(value.string(), key);
  for (auto const element : value.elements()) {
    if (shows(element, key)) return true;
  }
  for (auto const member : value.members()) {
    if (shows(member.value, key)) return true;
  }
  return false;
}

}  // namespace

bool shows_image(Content const& content, std::string_view image_key) {
  if (image_key.empty()) return false;
  auto const document = json::parse_json(content.json);
  return document && shows(document->root(), image_key);
}

bool carries_file(Content const& content, std::string_view media_id) {
  if (media_id.empty()) return false;
  auto const document = json::parse_json(content.json);
  if (!document) return false;
  auto const named = document->root().find("media_id");
  return named && named->string() == media_id;
}

}  // namespace carillon::console
