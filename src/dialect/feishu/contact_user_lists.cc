#include "dialect/feishu/contact_user_lists.h"

#include <algorithm>
#include <utility>

#include "core/contact_range.h"
#include "dialect/feishu/contact_answer.h"
#include "dialect/feishu/contact_json.h"
#include "dialect/feishu/contact_pages.h"
#include "json/reader.h"

namespace carillon::feishu {
namespace {

constexpr std::size_t kLookupsMax = 50;

enum class DepartmentNeeded : std::uint8_t { yes, no };

struct UserPage {
  Page page;
  std::vector<UserNo> users;
  std::optional<std::uint64_t> next;
};

Result<UserPage> members_page(ContactCall const& call, http::Request const& request,
                              DepartmentNeeded needed) {
  auto id = request.query_param("department_id");
  if (id.empty()) {
    if (needed == DepartmentNeeded::yes) {
      return fail(Errc::invalid_field, "department_id: is required");
    }
    id = "0";
  }
  TRY(auto const department, call.visible_department(id));
  UserPage out;
  TRY(out.page, Page::parse(call, request, department.value));
  out.users = call.directory().members(department).list(out.page.from(), out.page.size() + 1);
  if (out.users.size() > out.page.size()) {
    out.next = out.users.back().value;
    out.users.pop_back();
  }
  return out;
}

void answer_user_page(ContactCall const& call, Result<UserPage> const& found,
                      http::Reply const& reply) {
  if (!found) return reply(call.refuse(found.error()));
  with_details<UserNo>(
      call, found->users, reply,
      [found = *found](ContactCall const& by, std::vector<UserDetails> const& details) {
        std::string data;
        json::Writer out(data);
        out.begin_object();
        found.page.write_end(out, by, found.next);
        out.begin_array("items");
        for (std::size_t i = 0; i < found.users.size(); ++i) {
          write_user(out, by, found.users[i], details[i]);
        }
        out.end_array().end_object();
        return data;
      });
}

Result<std::vector<UserNo>> users_named(ContactCall const& call, http::Request const& request) {
  auto const ids = request.query_params("user_ids");
  if (ids.empty() || ids.size() > kLookupsMax) {
    return fail(Errc::invalid_field, "user_ids: from 1 to 50 are taken");
  }
  std::vector<UserNo> users;
  for (auto const& id : ids) {
    auto const user = call.visible_user(id);
    if (user && std::find(users.begin(), users.end(), *user) == users.end()) {
      users.push_back(*user);
    }
  }
  return users;
}

// Whom a look-up finds: nobody out of the app's range.
std::optional<UserNo> look_up(ContactCall const& call, bool email, std::string_view contact,
                              bool also_resigned) {
  auto const& directory = call.directory();
  auto const user = email ? directory.find_email(contact, also_resigned)
                          : directory.find_mobile(contact, also_resigned);
  if (!user || !in_range(directory, *call.caller().app, *user)) return std::nullopt;
  return user;
}

struct LookUps {
  std::vector<std::string> emails;
  std::vector<std::string> mobiles;
  bool also_resigned = false;
};

Result<std::vector<std::string>> parse_contacts(json::Value body, std::string_view field) {
  std::vector<std::string> out;
  auto const list = body.find_present(field);
  if (!list) return out;
  if (!list->is_array())
    return fail(Errc::invalid_field, std::string(field) + ": must be an array");
  for (auto const item : list->elements()) {
    if (!item.is_string()) {
      return fail(Errc::invalid_field, std::string(field) + ": must be an array of texts");
    }
    out.emplace_back(item.string());
  }
  return out;
}

Result<void> check_number(LookUps const& wanted) {
  if (wanted.emails.size() > kLookupsMax || wanted.mobiles.size() > kLookupsMax) {
    return fail(Errc::invalid_field,
                std::string(wanted.emails.size() > kLookupsMax ? "emails" : "mobiles") +
                    ": more than 50 items");
  }
  if (wanted.emails.empty() && wanted.mobiles.empty()) {
    return fail(Errc::invalid_field, "emails: emails or mobiles are required");
  }
  return {};
}

Result<LookUps> parse_look_ups(http::Request const& request) {
  TRY(auto const document, json::parse_json(request.body));
  auto const body = document.root();
  if (!body.is_object()) return fail(Errc::bad_json, "not an object");
  LookUps out;
  TRY(out.emails, parse_contacts(body, "emails"));
  TRY(out.mobiles, parse_contacts(body, "mobiles"));
  auto const resigned = body.find_present("include_resigned");
  if (resigned && !resigned->is_bool()) {
    return fail(Errc::invalid_field, "include_resigned: must be true or false");
  }
  out.also_resigned = resigned && resigned->boolean();
  CHECK_OK(check_number(out));
  return out;
}

std::string render_look_ups(ContactCall const& call, LookUps const& wanted) {
  std::string data;
  json::Writer out(data);
  out.begin_object().begin_array("user_list");
  auto const add = [&](bool email, std::string const& contact) {
    out.begin_object();
    if (auto const user = look_up(call, email, contact, wanted.also_resigned)) {
      out.field("user_id", call.user_id(*user));
      write_user_status(out, call.directory(), *user);
    }
    out.field(email ? "email" : "mobile", contact).end_object();
  };
  for (auto const& email : wanted.emails) add(true, email);
  for (auto const& mobile : wanted.mobiles) add(false, mobile);
  out.end_array().end_object();
  return data;
}

void write_v1(json::Writer& out, ContactCall const& call, bool email,
              std::vector<std::string> const& contacts) {
  std::vector<std::string_view> unknown;
  out.begin_object(email ? "email_users" : "mobile_users");
  for (auto const& contact : contacts) {
    auto const user = look_up(call, email, contact, false);
    if (!user) {
      unknown.push_back(contact);
      continue;
    }
    out.begin_array(contact).begin_object().field("open_id", call.open_id(*user));
    if (call.may_see_user_ids()) out.field("user_id", call.directory().user_id(*user));
    out.end_object().end_array();
  }
  out.end_object().begin_array(email ? "emails_not_exist" : "mobiles_not_exist");
  for (auto const contact : unknown) out.string(contact);
  out.end_array();
}

// Each once: they become keys.
std::vector<std::string> unique(std::vector<std::string> list) {
  std::vector<std::string> out;
  for (auto& entry : list) {
    if (std::find(out.begin(), out.end(), entry) == out.end()) out.push_back(std::move(entry));
  }
  return out;
}

}  // namespace

void find_users_by_department(Context& context, http::Request const& request,
                              http::Reply const& reply) {
  auto const call = ContactCall::begin(context, request, kFindByDepartment, reply);
  if (call) answer_user_page(*call, members_page(*call, request, DepartmentNeeded::yes), reply);
}

void list_contact_users(Context& context, http::Request const& request, http::Reply const& reply) {
  auto const call = ContactCall::begin(context, request, kListUsers, reply);
  if (call) answer_user_page(*call, members_page(*call, request, DepartmentNeeded::no), reply);
}

void batch_contact_users(Context& context, http::Request const& request, http::Reply const& reply) {
  auto const call = ContactCall::begin(context, request, kBatchUsers, reply);
  if (!call) return;
  auto const users = users_named(*call, request);
  if (!users) return reply(call->refuse(users.error()));
  with_details<UserNo>(
      *call, *users, reply,
      [users = *users](ContactCall const& by, std::vector<UserDetails> const& details) {
        std::string data;
        json::Writer out(data);
        out.begin_object().begin_array("items");
        for (std::size_t i = 0; i < users.size(); ++i) write_user(out, by, users[i], details[i]);
        out.end_array().end_object();
        return data;
      });
}

void batch_get_user_id(Context& context, http::Request const& request, http::Reply const& reply) {
  auto const call = ContactCall::begin(context, request, kBatchGetId, reply);
  if (!call) return;
  auto const wanted = parse_look_ups(request);
  if (!wanted) return reply(call->refuse(wanted.error()));
  reply(success("success", render_look_ups(*call, *wanted)));
}

void batch_get_user_id_v1(Context& context, http::Request const& request,
                          http::Reply const& reply) {
  auto const call = ContactCall::begin(context, request, kBatchGetIdV1, reply);
  if (!call) return;
  LookUps const wanted{unique(request.query_params("emails")),
                       unique(request.query_params("mobiles"))};
  if (auto const good = check_number(wanted); !good) return reply(call->refuse(good.error()));
  std::string data;
  json::Writer out(data);
  out.begin_object();
  write_v1(out, *call, true, wanted.emails);
  write_v1(out, *call, false, wanted.mobiles);
  out.end_object();
  reply(success("success", data));
}

}  // namespace carillon::feishu
