// GET /api/v1/tenants/{tenant_key}/departments, /departments/{department_id}, /users,
// /users/{user_id} and /search: the operator looks around in a directory.
//
// Shape   Pages; a directory is immutable, so a cursor is a number from which to go on. Lists and
//         the search run on a reader thread: no call walks through a tenant on an io thread.
// Errors  not_found: no such tenant, department or person; invalid_field for a parameter.
// Cost    A page of departments counts a set each; a search looks at a bounded number of names
//         (core/search_directory.h).

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/search_directory.h"
#include "dialect/console/callers.h"
#include "dialect/console/cursors.h"
#include "dialect/console/directory_json.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "dialect/console/fields.h"
#include "json/writer.h"

namespace carillon::console {
namespace {

constexpr std::size_t kSearchMax = 50;
constexpr std::size_t kSearchBytesMax = 64;

// The directory that the path names, kept alive by its organisation.
struct Place {
  std::shared_ptr<Organisation const> organisation;
  Directory const* directory;
};

Result<Place> find_place(Context const& context, http::Request const& request) {
  TRY(auto caller, require_operator(context, request));
  TRY(auto const* directory, get_tenant(*caller.organisation, request.params.at(0)));
  return Place{std::move(caller.organisation), directory};
}

// The department that a parameter names; absent: the root.
Result<DepartmentNo> read_department(Context const& context, http::Request const& request,
                                     Directory const& directory, char const* name) {
  auto const id = request.query_param(name);
  if (id.empty()) return kRootDepartment;
  auto const department = find_department(directory, id, context.engine.ids());
  if (!department) return fail(Errc::invalid_field, std::string(name) + ": no such department");
  return *department;
}

Result<std::uint64_t> read_cursor(Context const& context, http::Request const& request,
                                  CursorKind kind, std::uint64_t scope) {
  auto const cursor = request.query_param("cursor");
  if (cursor.empty()) return std::uint64_t{0};
  return Cursors(context.installation_key).unseal(kind, scope, cursor);
}

void append_next(json::Writer& json, Context const& context, CursorKind kind, std::uint64_t scope,
                 std::optional<std::uint64_t> next) {
  json.key("next");
  next ? json.string(Cursors(context.installation_key).seal(kind, scope, *next)) : json.null();
}

Result<void> list_departments(Context& context, http::Request const& request, Answer answer) {
  TRY(auto place, find_place(context, request));
  TRY(auto const parent, read_department(context, request, *place.directory, "parent"));
  TRY(auto const limit, read_limit(request, kPageUsual, context.settings.page_max));
  TRY(auto const from, read_cursor(context, request, CursorKind::departments, parent.value));
  return read_and_answer(
      context, answer,
      [&context, place = std::move(place), parent, limit, from, answer](Reader&) -> Result<void> {
        auto const& directory = *place.directory;
        auto const children = directory.children(parent);
        auto at = std::lower_bound(children.begin(), children.end(),
                                   DepartmentNo{static_cast<std::uint32_t>(from)});
        std::string out;
        json::Writer json(out);
        json.begin_object().begin_array("departments");
        for (std::size_t n = 0; n < limit && at != children.end(); ++n, ++at) {
          json.begin_object();
          append_department(json, directory, *at);
          json.end_object();
        }
        json.end_array();
        std::optional<std::uint64_t> next;
        if (at != children.end()) next = at->value;
        append_next(json, context, CursorKind::departments, parent.value, next);
        json.end_object();
        answer.json(std::move(out));
        return {};
      });
}

Result<void> show_department(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const place, find_place(context, request));
  auto const& directory = *place.directory;
  auto const department = find_department(directory, request.params.at(1), context.engine.ids());
  if (!department) return fail(Errc::not_found, "no such department");
  std::vector<DepartmentNo> path;
  for (auto at = *department; at != kRootDepartment;) {
    at = directory.department(at).parent;
    path.push_back(at);
  }
  std::string out;
  json::Writer json(out);
  json.begin_object();
  append_department(json, directory, *department);
  json.begin_array("path");
  for (auto at = path.rbegin(); at != path.rend(); ++at) {
    append_department_name(json, directory, *at);
  }
  json.end_array().end_object();
  answer.json(std::move(out));
  return {};
}

Result<bool> read_recursive(http::Request const& request) {
  auto const text = request.query_param("recursive");
  if (text.empty()) return request.query_param("department").empty();
  if (text != "true" && text != "false") {
    return fail(Errc::invalid_field, "recursive must be true or false");
  }
  return text == "true";
}

Result<void> list_users(Context& context, http::Request const& request, Answer answer) {
  TRY(auto place, find_place(context, request));
  TRY(auto const department, read_department(context, request, *place.directory, "department"));
  TRY(bool const recursive, read_recursive(request));
  TRY(auto const limit, read_limit(request, kPageUsual, context.settings.page_max));
  TRY(auto const from, read_cursor(context, request, CursorKind::users, department.value));
  return read_and_answer(context, answer,
                         [&context, place = std::move(place), department, recursive, limit, from,
                          answer](Reader&) -> Result<void> {
                           auto const& directory = *place.directory;
                           auto const& people = recursive ? directory.members_below(department)
                                                          : directory.members(department);
                           auto users = people.list(from, limit + 1);
                           std::optional<std::uint64_t> next;
                           if (users.size() > limit) {
                             next = users.back().value;
                             users.pop_back();
                           }
                           std::string out;
                           json::Writer json(out);
                           json.begin_object().begin_array("users");
                           for (auto const user : users) {
                             json.begin_object();
                             append_person(json, directory, user);
                             json.end_object();
                           }
                           json.end_array();
                           append_next(json, context, CursorKind::users, department.value, next);
                           json.end_object();
                           answer.json(std::move(out));
                           return {};
                         });
}

Result<void> show_user(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const place, find_place(context, request));
  TRY(auto const user, get_user(*place.directory, request.params.at(1)));
  std::string out;
  json::Writer json(out);
  json.begin_object();
  append_person(json, *place.directory, user);
  json.end_object();
  answer.json(std::move(out));
  return {};
}

Result<void> search(Context& context, http::Request const& request, Answer answer) {
  TRY(auto place, find_place(context, request));
  auto const tenant = place.directory->tenant().no.value;
  DirectorySearch query;
  query.text = request.query_param("q");
  if (query.text.empty() || query.text.size() > kSearchBytesMax) {
    return fail(Errc::invalid_field, "q must have 1 to 64 bytes");
  }
  TRY(query.limit, read_limit(request, kPageUsual, kSearchMax));
  TRY(auto const from, read_cursor(context, request, CursorKind::search, tenant));
  query.from = {static_cast<std::uint32_t>(from >> 32), static_cast<std::uint32_t>(from)};
  return read_and_answer(
      context, answer,
      [&context, place = std::move(place), query, tenant, answer](Reader&) -> Result<void> {
        auto const& directory = *place.directory;
        auto const found = search_directory(directory, context.engine.ids(), query);
        std::string out;
        json::Writer json(out);
        json.begin_object().begin_array("departments");
        for (auto const department : found.departments) {
          json.begin_object();
          append_department(json, directory, department);
          json.end_object();
        }
        json.end_array().begin_array("users");
        for (auto const user : found.users) {
          json.begin_object();
          append_person(json, directory, user);
          json.end_object();
        }
        json.end_array();
        std::optional<std::uint64_t> next;
        if (found.next) next = std::uint64_t{found.next->department} << 32 | found.next->user;
        append_next(json, context, CursorKind::search, tenant, next);
        json.end_object();
        answer.json(std::move(out));
        return {};
      });
}

}  // namespace

void add_directory(http::Router& router, Context& context) {
  auto const add = [&](std::string const& path, Endpoint endpoint) {
    router.add(make_route(context, http::Method::get, "/api/v1/tenants/:tenant_key" + path,
                          std::move(endpoint)));
  };
  add("/departments", list_departments);
  add("/departments/:department_id", show_department);
  add("/users", list_users);
  add("/users/:user_id", show_user);
  add("/search", search);
}

}  // namespace carillon::console
