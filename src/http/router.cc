#include "http/router.h"

#include <algorithm>
#include <array>
#include <map>

#include "http/percent.h"

namespace carillon::http {
namespace {

constexpr std::size_t kMethods = static_cast<std::size_t>(Method::other) + 1;
constexpr std::size_t kSegmentsMax = 32;  // no route of ours is nearly as deep

constexpr std::array<std::string_view, kMethods> kMethodNames = {
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", ""};

std::size_t index(Method m) { return static_cast<std::size_t>(m); }

// Takes the next segment off `path`, which starts with '/'; false at the end.
bool next_segment(std::string_view& path, std::string_view& segment) {
  if (path.empty()) return false;
  path.remove_prefix(1);
  segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return !(segment.empty() && path.empty());  // nothing after a trailing slash
}

bool has_prefix(std::string_view path, std::string_view prefix) {
  if (!path.starts_with(prefix)) return false;
  return prefix.ends_with('/') || path.size() == prefix.size() || path[prefix.size()] == '/';
}

}  // namespace

struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> fixed;
  std::unique_ptr<Node> parameter;
  std::array<std::unique_ptr<Route>, kMethods> routes;
};

// One lookup: the segments of the path, the parameters taken so far, the methods met on the way.
struct Router::Search {
  Method method = Method::other;
  std::array<std::string_view, kSegmentsMax> segments;
  std::size_t count = 0;
  std::array<std::string_view, kSegmentsMax> taken;
  std::size_t taken_count = 0;
  std::array<bool, kMethods> allowed{};

  Route const* find(Node const& node, std::size_t depth) {
    if (depth == count) return route_of(node);
    if (auto const it = node.fixed.find(segments[depth]); it != node.fixed.end()) {
      if (auto const* route = find(*it->second, depth + 1)) return route;
    }
    if (!node.parameter || segments[depth].empty()) return nullptr;
    taken[taken_count++] = segments[depth];
    if (auto const* route = find(*node.parameter, depth + 1)) return route;
    --taken_count;
    return nullptr;
  }

  Route const* route_of(Node const& node) {
    if (auto const& own = node.routes[index(method)]) return own.get();
    if (method == Method::head) {
      if (auto const& get = node.routes[index(Method::get)]) return get.get();
    }
    for (std::size_t m = 0; m < kMethods; ++m) allowed[m] = allowed[m] || node.routes[m];
    return nullptr;
  }

  std::string allowed_list() {
    if (allowed[index(Method::get)]) allowed[index(Method::head)] = true;
    std::string list;
    for (std::size_t m = 0; m < kMethods; ++m) {
      if (!allowed[m] || kMethodNames[m].empty()) continue;
      if (!list.empty()) list += ", ";
      list += kMethodNames[m];
    }
    return list;
  }
};

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;

void Router::add(Route route) {
  if (wrap_) route.handler = wrap_(route, std::move(route.handler));
  Node* node = root_.get();
  std::string_view rest = route.pattern;
  std::string_view segment;
  while (next_segment(rest, segment)) {
    auto& child = segment.starts_with(':')
                      ? node->parameter
                      : node->fixed.try_emplace(std::string(segment)).first->second;
    if (!child) child = std::make_unique<Node>();
    node = child.get();
  }
  auto& place = node->routes[index(route.method)];
  place = std::make_unique<Route>(std::move(route));
}

void Router::unmatched(std::string prefix, Unmatched answer) {
  unmatched_.emplace_back(std::move(prefix), std::move(answer));
  std::stable_sort(unmatched_.begin(), unmatched_.end(),
                   [](auto const& a, auto const& b) { return a.first.size() > b.first.size(); });
}

Router::Match Router::match(Method method, std::string_view path) const {
  Match result;
  Search search;
  search.method = method;
  auto rest = path;
  std::string_view segment;
  bool too_deep = !path.starts_with('/');
  while (!too_deep && next_segment(rest, segment)) {
    if (search.count == kSegmentsMax) {
      too_deep = true;
    } else {
      search.segments[search.count++] = segment;
    }
  }
  if (!too_deep) result.route = search.find(*root_, 0);
  if (result.route) {
    result.params.reserve(search.taken_count);
    for (std::size_t i = 0; i < search.taken_count; ++i) {
      result.params.push_back(percent_decode(search.taken[i], Plus::keep));
    }
    return result;
  }
  result.allowed = search.allowed_list();
  auto const it = std::find_if(unmatched_.begin(), unmatched_.end(),
                               [&](auto const& u) { return has_prefix(path, u.first); });
  if (it != unmatched_.end()) result.unmatched = &it->second;
  return result;
}

}  // namespace carillon::http
