#include "dialect/feishu/contact_users.h"

#include <utility>

#include "dialect/feishu/contact_answer.h"
#include "dialect/feishu/contact_fields.h"
#include "dialect/feishu/contact_json.h"

namespace carillon::feishu {
namespace {

void answer_user(ContactCall const& call, UserNo user, http::Reply const& reply,
                 MobileShown mobile) {
  with_details<UserNo>(
      call, {user}, reply,
      [user, mobile](ContactCall const& by, std::vector<UserDetails> const& details) {
        std::string data;
        json::Writer out(data);
        out.begin_object().key("user");
        write_user(out, by, user, details.front(), mobile);
        out.end_object();
        return data;
      });
}

Result<UserFields> parse_user_body(ContactCall const& call, http::Request const& request,
                                   Writing writing) {
  TRY(auto const document, json::parse_json(request.body));
  return parse_user(call, document.root(), writing);
}

Result<ChangeUser> parse_user_change(ContactCall const& call, http::Request const& request,
                                     Writing writing) {
  TRY(auto const user, call.find_user(request.params.front()));
  TRY(auto fields, parse_user_body(call, request, writing));
  return ChangeUser{directory_caller(call), user, std::move(fields)};
}

void change_contact_user(Context& context, http::Request const& request, http::Reply reply,
                         Api const& api, Writing writing) {
  auto call = ContactCall::begin(context, request, api, reply);
  if (!call) return;
  auto command = parse_user_change(*call, request, writing);
  if (!command) return reply(call->refuse(command.error()));
  auto const user = command->user;
  write_contact<Nothing>(
      *std::move(call),
      [command = *std::move(command)](View& view) { return change_user(view, command); },
      std::move(reply),
      [user](ContactCall const& after, Nothing, http::Reply const& to) {
        answer_user(after, user, to, MobileShown::yes);
      });
}

}  // namespace

void create_contact_user(Context& context, http::Request const& request, http::Reply reply) {
  auto call = ContactCall::begin(context, request, kCreateUser, reply);
  if (!call) return;
  auto fields = parse_user_body(*call, request, Writing::create);
  if (!fields) return reply(call->refuse(fields.error()));
  NewUser command{directory_caller(*call), *std::move(fields), retry_key(request)};
  write_contact<UserNo>(
      *std::move(call),
      [command = std::move(command)](View& view) { return create_user(view, command); },
      std::move(reply),
      [](ContactCall const& after, UserNo user, http::Reply const& to) {
        answer_user(after, user, to, MobileShown::no);
      });
}

void get_contact_user(Context& context, http::Request const& request, http::Reply const& reply) {
  auto const call = ContactCall::begin(context, request, kGetUser, reply);
  if (!call) return;
  auto const user = call->visible_user(request.params.front());
  if (!user) return reply(call->refuse(user.error()));
  answer_user(*call, *user, reply, MobileShown::yes);
}

void patch_contact_user(Context& context, http::Request const& request, http::Reply reply) {
  change_contact_user(context, request, std::move(reply), kPatchUser, Writing::patch);
}

void put_contact_user(Context& context, http::Request const& request, http::Reply reply) {
  change_contact_user(context, request, std::move(reply), kPutUser, Writing::put);
}

void delete_contact_user(Context& context, http::Request const& request, http::Reply reply) {
  auto call = ContactCall::begin(context, request, kDeleteUser, reply);
  if (!call) return;
  auto const user = call->find_user(request.params.front());
  if (!user) return reply(call->refuse(user.error()));
  auto const caller = directory_caller(*call);
  write_contact<Nothing>(
      *std::move(call),
      [caller, user = *user](View& view) { return delete_user(view, caller, user); },
      std::move(reply),
      [](ContactCall const&, Nothing, http::Reply const& to) { to(success("success", "{}")); });
}

}  // namespace carillon::feishu
