#include "dialect/feishu/contact_department_lists.h"

#include <algorithm>
#include <utility>

#include "core/contact_range.h"
#include "dialect/feishu/contact_answer.h"
#include "dialect/feishu/contact_json.h"
#include "dialect/feishu/contact_pages.h"
#include "http/text.h"
#include "json/reader.h"

namespace carillon::feishu {
namespace {

constexpr std::size_t kIdsMax = 50;
constexpr std::size_t kScopesPageMax = 100;
constexpr std::size_t kScopesPageDefault = 50;
// Where the departments of a list of scopes begin, after all users there could be.
constexpr std::uint64_t kScopeDepartments = std::uint64_t{1} << 33;

struct DepartmentPage {
  Page page;
  std::vector<DepartmentNo> departments;
  std::optional<std::uint64_t> next;
};

// Of the departments of which `wanted` is true, those of one page, in the order of their numbers.
template <class IsWanted>
DepartmentPage collect(ContactCall const& call, Page page, IsWanted const& wanted) {
  DepartmentPage out{page, {}, std::nullopt};
  auto const& directory = call.directory();
  auto const end = directory.departments_end();
  for (auto n = std::max<std::uint64_t>(page.from(), kRootDepartment.value + 1); n < end; ++n) {
    DepartmentNo const department{static_cast<std::uint32_t>(n)};
    if (!directory.has_department(department) || !wanted(department) ||
        !in_range(directory, *call.caller().app, department)) {
      continue;
    }
    if (out.departments.size() == page.size()) {
      out.next = n;
      break;
    }
    out.departments.push_back(department);
  }
  return out;
}

void answer_department_page(ContactCall const& call, Result<DepartmentPage> const& found,
                            http::Reply const& reply) {
  if (!found) return reply(call.refuse(found.error()));
  with_details<DepartmentNo>(
      call, found->departments, reply,
      [found = *found](ContactCall const& by, std::vector<DepartmentDetails> const& details) {
        std::string data;
        json::Writer out(data);
        out.begin_object();
        if (found.page.size() != 0) found.page.write_end(out, by, found.next);
        out.begin_array("items");
        for (std::size_t i = 0; i < found.departments.size(); ++i) {
          write_department(out, by, found.departments[i], details[i]);
        }
        out.end_array().end_object();
        return data;
      });
}

Result<DepartmentPage> below(ContactCall const& call, http::Request const& request,
                             std::string_view parent_id) {
  TRY(auto const parent, call.visible_department(parent_id));
  auto const deep = request.query_param("fetch_child");
  if (!deep.empty() && deep != "true" && deep != "false") {
    return fail(Errc::invalid_field, "fetch_child: must be true or false");
  }
  TRY(auto const page, Page::parse(call, request, parent.value << 1 | (deep == "true" ? 1 : 0)));
  auto const& directory = call.directory();
  return collect(call, page, [&](DepartmentNo department) {
    return deep == "true" ? department != parent && directory.is_below(department, parent)
                          : directory.department(department).parent == parent;
  });
}

// A token says how many of them were shown: a walk upwards has no order of numbers.
Result<DepartmentPage> above(ContactCall const& call, http::Request const& request) {
  TRY(auto const department, call.visible_department(request.query_param("department_id")));
  TRY(auto const page, Page::parse(call, request, department.value));
  DepartmentPage out{page, {}, std::nullopt};
  auto const& directory = call.directory();
  std::uint64_t n = 0;
  for (auto at = directory.department(department).parent; at && at != kRootDepartment;
       at = directory.department(at).parent) {
    if (!in_range(directory, *call.caller().app, at)) break;
    if (n++ < page.from()) continue;
    if (out.departments.size() == page.size()) {
      out.next = n - 1;
      break;
    }
    out.departments.push_back(at);
  }
  return out;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), http::to_lower);
  return out;
}

Result<DepartmentPage> called(ContactCall const& call, http::Request const& request) {
  TRY(auto const document, json::parse_json(request.body));
  if (!document.root().is_object()) return fail(Errc::bad_json, "not an object");
  auto const query = document.root().find_present("query");
  if (!query || !query->is_string() || query->string().empty()) {
    return fail(Errc::invalid_field, "query: a text is required");
  }
  auto const part = lower(query->string());
  auto const hash = sha256(part);
  auto const subject = static_cast<std::uint32_t>(hash[0]) << 8 | hash[1];
  TRY(auto const page, Page::parse(call, request, subject));
  return collect(call, page, [&](DepartmentNo department) {
    return lower(call.directory().department(department).name).find(part) != std::string::npos;
  });
}

Result<DepartmentPage> named(ContactCall const& call, http::Request const& request) {
  auto const ids = request.query_params("department_ids");
  if (ids.empty() || ids.size() > kIdsMax) {
    return fail(Errc::invalid_field, "department_ids: from 1 to 50 are taken");
  }
  DepartmentPage out;
  for (auto const& id : ids) {
    auto const department = call.visible_department(id);
    auto& found = out.departments;
    if (department && std::find(found.begin(), found.end(), *department) == found.end()) {
      found.push_back(*department);
    }
  }
  return out;
}

// What an app may see: users, then departments, each ascending.
struct Range {
  std::vector<UserNo> users;
  std::vector<DepartmentNo> departments;
  std::optional<std::uint64_t> next;
};

Range range_of(ContactCall const& call, Page const& page) {
  auto const& directory = call.directory();
  auto const& availability = call.caller().app->availability;
  UserSet named;
  for (auto const user : availability.users) {
    if (directory.has_user(user) && !directory.resigned(user)) named.add(user);
  }
  auto const& users = availability.all ? directory.members(kRootDepartment) : named;
  std::vector<DepartmentNo> departments = availability.departments;
  if (availability.all) {
    auto const top = directory.children(kRootDepartment);
    departments.assign(top.begin(), top.end());
  }
  std::sort(departments.begin(), departments.end());

  Range out;
  auto const room = [&] { return page.size() - out.users.size() - out.departments.size(); };
  if (page.from() < kScopeDepartments) {
    for (auto const user : users.list(page.from(), page.size() + 1)) {
      if (room() == 0) {
        out.next = user.value;
        return out;
      }
      out.users.push_back(user);
    }
  }
  auto const from = page.from() < kScopeDepartments ? 0 : page.from() - kScopeDepartments;
  for (auto const department : departments) {
    if (department.value < from || !directory.has_department(department)) continue;
    if (room() == 0) {
      out.next = kScopeDepartments + department.value;
      return out;
    }
    out.departments.push_back(department);
  }
  return out;
}

}  // namespace

void list_department_children(Context& context, http::Request const& request,
                              http::Reply const& reply) {
  auto const call = ContactCall::begin(context, request, kDepartmentChildren, reply);
  if (call) answer_department_page(*call, below(*call, request, request.params.front()), reply);
}

void list_contact_departments(Context& context, http::Request const& request,
                              http::Reply const& reply) {
  auto const call = ContactCall::begin(context, request, kListDepartments, reply);
  if (!call) return;
  auto const parent = request.query_param("parent_department_id");
  answer_department_page(*call, below(*call, request, parent.empty() ? "0" : parent), reply);
}

void list_parent_departments(Context& context, http::Request const& request,
                             http::Reply const& reply) {
  auto const call = ContactCall::begin(context, request, kParentDepartments, reply);
  if (call) answer_department_page(*call, above(*call, request), reply);
}

void search_departments(Context& context, http::Request const& request, http::Reply const& reply) {
  auto const call = ContactCall::begin(context, request, kSearchDepartments, reply);
  if (call) answer_department_page(*call, called(*call, request), reply);
}

void batch_contact_departments(Context& context, http::Request const& request,
                               http::Reply const& reply) {
  auto const call = ContactCall::begin(context, request, kBatchDepartments, reply);
  if (call) answer_department_page(*call, named(*call, request), reply);
}

void list_contact_scopes(Context& context, http::Request const& request, http::Reply const& reply) {
  auto const call = ContactCall::begin(context, request, kContactScopesApi, reply);
  if (!call) return;
  auto const page = Page::parse(*call, request, 0, kScopesPageMax, kScopesPageDefault);
  if (!page) return reply(call->refuse(page.error()));
  auto const range = range_of(*call, *page);
  std::string data;
  json::Writer out(data);
  out.begin_object().begin_array("department_ids");
  for (auto const department : range.departments) out.string(call->department_id(department));
  out.end_array().begin_array("user_ids");
  for (auto const user : range.users) out.string(call->user_id(user));
  out.end_array().begin_array("group_ids").end_array();
  page->write_end(out, *call, range.next);
  out.end_object();
  reply(success("success", data));
}

}  // namespace carillon::feishu
