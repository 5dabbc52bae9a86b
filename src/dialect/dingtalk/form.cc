#include "dialect/dingtalk/form.h"

#include <algorithm>
#include <iterator>
#include <map>

#include "http/percent.h"
#include "json/writer.h"

namespace carillon::dingtalk {
namespace {

constexpr std::size_t kDepthMax = 16;

bool is_index(std::string_view key) {
  return !key.empty() && key.size() < 10 && (key == "0" || key.front() != '0') &&
         std::all_of(key.begin(), key.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Numbers in their order, before all other keys.
struct KeyOrder {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const {
    bool const a_index = is_index(a);
    bool const b_index = is_index(b);
    if (a_index != b_index) return a_index;
    if (a_index && a.size() != b.size()) return a.size() < b.size();
    return a < b;
  }
};

struct Node {
  std::string value;
  std::map<std::string, Node, KeyOrder> members;
};

// Keys in order and all of them numbers: the last one says whether they are 0 to n-1.
bool is_list(Node const& node) {
  auto const& last = node.members.rbegin()->first;
  return is_index(last) && last == std::to_string(node.members.size() - 1);
}

void append(json::Writer& out, Node const& node) {
  if (node.members.empty()) {
    out.string(node.value);
  } else if (is_list(node)) {
    out.begin_array();
    for (auto const& [key, member] : node.members) append(out, member);
    out.end_array();
  } else {
    out.begin_object();
    for (auto const& [key, member] : node.members) {
      out.key(key);
      append(out, member);
    }
    out.end_object();
  }
}

Node& member(Node& node, std::string_view key) {
  auto const at = node.members.find(key);
  if (at != node.members.end()) return at->second;
  return node.members.try_emplace(std::string(key)).first->second;
}

// The index that "[]" stands for.
std::string next_index(Node const& node) {
  auto const others = node.members.lower_bound("");  // behind all indices
  if (others == node.members.begin()) return "0";
  return std::to_string(std::stoul(std::prev(others)->first) + 1);
}

// The place that a name such as "msg[text][content]" stands for; null if it is too deep.
Node* place(Node& root, std::string_view name) {
  auto const bracket = name.find('[');
  auto* at = &member(root, name.substr(0, bracket));
  auto rest = bracket == std::string_view::npos ? std::string_view{} : name.substr(bracket);
  for (std::size_t depth = 0; rest.starts_with('['); ++depth) {
    auto const end = rest.find(']');
    if (end == std::string_view::npos) break;
    if (depth == kDepthMax) return nullptr;
    auto const key = rest.substr(1, end - 1);
    at = key.empty() ? &member(*at, next_index(*at)) : &member(*at, key);
    rest.remove_prefix(end + 1);
  }
  return at;
}

}  // namespace

std::string form_as_json(std::string_view form) {
  Node root;
  while (!form.empty()) {
    auto const end = form.find('&');
    auto const pair = form.substr(0, end);
    form.remove_prefix(end == std::string_view::npos ? form.size() : end + 1);
    if (pair.empty()) continue;
    auto const equals = pair.find('=');
    auto const name = http::percent_decode(pair.substr(0, equals), http::Plus::blank);
    auto* const node = place(root, name);
    if (node == nullptr || equals == std::string_view::npos) continue;
    node->value = http::percent_decode(pair.substr(equals + 1), http::Plus::blank);
  }
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  for (auto const& [key, node] : root.members) {
    writer.key(key);
    append(writer, node);
  }
  writer.end_object();
  return out;
}

}  // namespace carillon::dingtalk
