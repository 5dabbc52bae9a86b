#include "json/walk.h"

#include <algorithm>
#include <map>

#include "json/writer.h"

namespace carillon::json {
namespace {

void append_canonical(Writer& out, Value value) {
  if (value.is_object()) {
    std::map<std::string_view, Value> members;
    for (auto const [key, member] : value.members()) members.insert_or_assign(key, member);
    out.begin_object();
    for (auto const& [key, member] : members) {
      if (member.is_null()) continue;
      out.key(key);
      append_canonical(out, member);
    }
    out.end_object();
  } else if (value.is_array()) {
    out.begin_array();
    for (auto const element : value.elements()) append_canonical(out, element);
    out.end_array();
  } else if (value.is_string() || value.is_null()) {
    out.string(value.string());
  } else {
    out.string(minified(value));
  }
}

}  // namespace

void append_strings(std::string& out, Value value, std::span<std::string_view const> hidden_keys) {
  if (value.is_string()) {
    out.append(value.string()).append("\n");
  } else if (value.is_array()) {
    for (auto const element : value.elements()) append_strings(out, element, hidden_keys);
  } else if (value.is_object()) {
    for (auto const [key, member] : value.members()) {
      if (std::find(hidden_keys.begin(), hidden_keys.end(), key) == hidden_keys.end()) {
        append_strings(out, member, hidden_keys);
      }
    }
  }
}

std::string canonical(Value value) {
  std::string out;
  Writer writer(out);
  append_canonical(writer, value);
  return out;
}

}  // namespace carillon::json
