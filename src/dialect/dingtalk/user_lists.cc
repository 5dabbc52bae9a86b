#include "dialect/dingtalk/user_lists.h"

#include <utility>

#include "core/contact_range.h"
#include "dialect/dingtalk/directory_call.h"
#include "dialect/dingtalk/users.h"

namespace carillon::dingtalk {
namespace {

struct UserPage {
  DepartmentNo department;
  std::vector<UserNo> users;
  std::optional<std::uint64_t> next;
};

Result<UserPage> members_page(Call const& call) {
  UserPage out;
  TRY(out.department, visible_department(call));
  TRY(auto const cursor, call.parameters.find_number("cursor"));
  TRY(auto const size, call.parameters.number("size"));
  if (cursor.value_or(0) < 0) return fail(Errc::bad_page_token, "cursor: must not be negative");
  if (size < 1 || size > static_cast<std::int64_t>(kListMax)) {
    return fail(Errc::bad_page_size, "size: from 1 to 100");
  }
  out.users =
      call.caller.directory()
          .members(out.department)
          .list(static_cast<std::uint64_t>(cursor.value_or(0)), static_cast<std::size_t>(size) + 1);
  if (out.users.size() > static_cast<std::size_t>(size)) {
    out.next = out.users.back().value;
    out.users.pop_back();
  }
  return out;
}

void begin_page(json::Writer& out, UserPage const& page) {
  out.begin_object("result").field("has_more", page.next.has_value());
  if (page.next) out.field("next_cursor", *page.next);
  out.begin_array("list");
}

Result<void> answer_userid(Call const& call, Answer const& answer, std::optional<UserNo> user) {
  auto const& directory = call.caller.directory();
  if (!user || directory.resigned(*user)) return fail(Errc::user_unknown);
  if (!in_range(directory, *call.caller.app, *user)) return fail(Errc::user_out_of_range);
  answer.ok([&](json::Writer& out) {
    out.begin_object("result").field("userid", directory.user_id(*user)).end_object();
  });
  return {};
}

}  // namespace

Result<void> list_users(Context& context, Call& call, Answer const& answer) {
  TRY(auto page, members_page(call));
  return read_and_answer(
      context, answer,
      [&context, answer, caller = call.caller,
       page = std::move(page)](Reader& reader) -> Result<void> {
        TRY(auto const details, reader.user_details(caller.tenant, page.users));
        answer.ok([&](json::Writer& out) {
          begin_page(out, page);
          for (std::size_t i = 0; i < page.users.size(); ++i) {
            begin_user(out, caller, context.engine.ids(), page.users[i], details[i]);
            auto const place = place_in(details[i], page.department);
            out.field("dept_order", place.user_order).field("leader", place.leads).end_object();
          }
          out.end_array().end_object();
        });
        return {};
      });
}

Result<void> list_user_ids(Context&, Call& call, Answer const& answer) {
  TRY(auto const department, visible_department(call));
  auto const& directory = call.caller.directory();
  answer.ok([&](json::Writer& out) {
    out.begin_object("result").begin_array("userid_list");
    for (auto const user : directory.members(department).list()) {
      out.string(directory.user_id(user));
    }
    out.end_array().end_object();
  });
  return {};
}

Result<void> list_users_simply(Context&, Call& call, Answer const& answer) {
  TRY(auto const page, members_page(call));
  auto const& directory = call.caller.directory();
  answer.ok([&](json::Writer& out) {
    begin_page(out, page);
    for (auto const user : page.users) {
      out.begin_object()
          .field("userid", directory.user_id(user))
          .field("name", directory.user_name(user))
          .end_object();
    }
    out.end_array().end_object();
  });
  return {};
}

Result<void> get_user_by_mobile(Context&, Call& call, Answer const& answer) {
  TRY(auto const mobile, call.parameters.text("mobile"));
  return answer_userid(call, answer, call.caller.directory().find_mobile(mobile));
}

Result<void> get_user_by_union_id(Context& context, Call& call, Answer const& answer) {
  TRY(auto const unionid, call.parameters.text("unionid"));
  auto const& directory = call.caller.directory();
  auto const user =
      directory.find_union_id(call.caller.app->developer, unionid, context.engine.ids());
  if (!user || directory.resigned(*user)) return fail(Errc::user_unknown);
  if (!in_range(directory, *call.caller.app, *user)) return fail(Errc::user_out_of_range);
  answer.ok([&](json::Writer& out) {
    out.begin_object("result")
        .field("contact_type", 0)
        .field("userid", directory.user_id(*user))
        .end_object();
  });
  return {};
}

Result<void> count_users(Context&, Call& call, Answer const& answer) {
  if (!call.parameters.has("only_active")) {
    return fail(Errc::invalid_field, "only_active: is missing");
  }
  TRY(bool const only_active, call.parameters.flag("only_active", false));
  auto const& directory = call.caller.directory();
  auto const count =
      only_active ? directory.active().size() : directory.members_below(kRootDepartment).size();
  answer.ok(
      [&](json::Writer& out) { out.begin_object("result").field("count", count).end_object(); });
  return {};
}

}  // namespace carillon::dingtalk
