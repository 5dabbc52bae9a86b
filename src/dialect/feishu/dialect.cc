#include "dialect/feishu/dialect.h"

#include <utility>

#include "dialect/feishu/app_access_token.h"
#include "dialect/feishu/batch_send.h"
#include "dialect/feishu/bot_info.h"
#include "dialect/feishu/chats.h"
#include "dialect/feishu/contact_department_lists.h"
#include "dialect/feishu/contact_departments.h"
#include "dialect/feishu/contact_user_lists.h"
#include "dialect/feishu/contact_users.h"
#include "dialect/feishu/delete_batch.h"
#include "dialect/feishu/envelope.h"
#include "dialect/feishu/gateway.h"
#include "dialect/feishu/get_progress.h"
#include "dialect/feishu/images.h"
#include "dialect/feishu/long_connections.h"
#include "dialect/feishu/messages.h"
#include "dialect/feishu/read_user.h"
#include "dialect/feishu/read_users.h"
#include "dialect/feishu/store_app_tokens.h"
#include "dialect/feishu/tenant_access_token.h"

namespace carillon::feishu {
namespace {

constexpr std::size_t kCredentialsBytesMax = 16 * 1024;
constexpr std::size_t kIgnoredBodyBytesMax = 64 * 1024;
constexpr std::size_t kBatchSendBytesMax = 1 << 20;

using Endpoint = void (*)(Context&, http::Request const&, http::Reply);

template <auto endpoint>
void call(Context& context, http::Request const& request, http::Reply reply) {
  endpoint(context, request, std::move(reply));
}

http::Handler handler(Context& context, Endpoint endpoint) {
  return [&context, endpoint](http::Request const& request, http::Reply reply) {
    endpoint(context, request, std::move(reply));
  };
}

http::Route token_route(Context& context, std::string pattern, Endpoint endpoint) {
  http::Route out;
  out.method = http::Method::post;
  out.pattern = std::move(pattern);
  out.handler = handler(context, endpoint);
  out.failure = [&context](http::Request const& request, Error const& error) {
    return failure(context.settings, Family::auth, error, request.log_id);
  };
  out.body_bytes_max = kCredentialsBytesMax;
  return out;
}

http::Route api_route(Context& context, http::Method method, std::string pattern, Api const& api,
                      Endpoint endpoint) {
  http::Route out;
  out.method = method;
  out.pattern = std::move(pattern);
  out.handler = handler(context, endpoint);
  // Who is calling is asked before anything is said about the body.
  out.failure = [&context, api](http::Request const& request, Error const& error) {
    auto admitted = admit(context, request, api);
    if (auto* refusal = std::get_if<http::Response>(&admitted)) return std::move(*refusal);
    return failure(context.settings, api.family, error, request.log_id);
  };
  out.body_bytes_max = method == http::Method::post ? kBatchSendBytesMax : kIgnoredBodyBytesMax;
  return out;
}

void add_contact_routes(http::Router& router, Context& context) {
  using http::Method;
  std::string const contact = "/open-apis/contact/v3";
  auto const add = [&](Method method, std::string const& path, Api const& api, Endpoint endpoint) {
    router.add(api_route(context, method, path, api, endpoint));
  };
  auto const users = contact + "/users";
  add(Method::post, users, kCreateUser, call<create_contact_user>);
  add(Method::get, users, kListUsers, call<list_contact_users>);
  add(Method::get, users + "/find_by_department", kFindByDepartment,
      call<find_users_by_department>);
  add(Method::get, users + "/batch", kBatchUsers, call<batch_contact_users>);
  add(Method::post, users + "/batch_get_id", kBatchGetId, call<batch_get_user_id>);
  add(Method::get, "/open-apis/user/v1/batch_get_id", kBatchGetIdV1, call<batch_get_user_id_v1>);
  auto const user = users + "/:user_id";
  add(Method::get, user, kGetUser, call<get_contact_user>);
  add(Method::patch, user, kPatchUser, call<patch_contact_user>);
  add(Method::put, user, kPutUser, call<put_contact_user>);
  add(Method::delete_, user, kDeleteUser, call<delete_contact_user>);
  auto const departments = contact + "/departments";
  add(Method::post, departments, kCreateDepartment, call<create_contact_department>);
  add(Method::get, departments, kListDepartments, call<list_contact_departments>);
  add(Method::get, departments + "/parent", kParentDepartments, call<list_parent_departments>);
  add(Method::get, departments + "/batch", kBatchDepartments, call<batch_contact_departments>);
  add(Method::post, departments + "/search", kSearchDepartments, call<search_departments>);
  auto const department = departments + "/:department_id";
  add(Method::get, department, kGetDepartment, call<get_contact_department>);
  add(Method::get, department + "/children", kDepartmentChildren, call<list_department_children>);
  add(Method::patch, department, kPatchDepartment, call<patch_contact_department>);
  add(Method::put, department, kPutDepartment, call<put_contact_department>);
  add(Method::delete_, department, kDeleteDepartment, call<delete_contact_department>);
  add(Method::get, contact + "/scopes", kContactScopesApi, call<list_contact_scopes>);
}

}  // namespace

void add_routes(http::Router& router, Context& context) {
  using http::Method;
  std::string const batch = "/open-apis/im/v1/batch_messages/:batch_message_id";
  router.add(token_route(context, "/open-apis/auth/v3/tenant_access_token/internal",
                         call<tenant_access_token>));
  router.add(
      token_route(context, "/open-apis/auth/v3/app_access_token/internal", call<app_access_token>));
  router.add(token_route(context, "/open-apis/auth/v3/app_ticket/resend", call<resend_app_ticket>));
  router.add(
      token_route(context, "/open-apis/auth/v3/app_access_token", call<store_app_access_token>));
  router.add(token_route(context, "/open-apis/auth/v3/tenant_access_token",
                         call<store_tenant_access_token>));
  if (context.connections != nullptr) add_long_connection_routes(router, context);
  router.add(api_route(context, Method::post, "/open-apis/message/v4/batch_send", kBatchSend,
                       call<batch_send>));
  router.add(
      api_route(context, Method::get, batch + "/get_progress", kGetProgress, call<get_progress>));
  router.add(api_route(context, Method::get, batch + "/read_user", kReadUser, call<read_user>));
  router.add(api_route(context, Method::delete_, batch, kDeleteBatch, call<delete_batch>));
  add_contact_routes(router, context);
  router.add(upload_image_route(context));
  router.add(put_image_route(context));
  router.add(api_route(context, Method::get, "/open-apis/im/v1/images/:image_key", kGetImage,
                       call<get_image>));
  std::string const messages(kMessagesPath);
  router.add(api_route(context, Method::post, messages, kSendMessageApi, call<send_message>));
  router.add(
      api_route(context, Method::get, messages + "/:message_id", kGetMessage, call<get_message>));
  router.add(api_route(context, Method::delete_, messages + "/:message_id", kDeleteMessage,
                       call<delete_message>));
  router.add(api_route(context, Method::get, messages + "/:message_id/read_users", kReadUsers,
                       call<read_users>));
  router.add(api_route(context, Method::get, "/open-apis/bot/v3/info", kBotInfo, call<bot_info>));
  router.add(
      api_route(context, Method::post, "/open-apis/im/v1/chats", kCreateChat, call<create_chat>));
  router.add(
      api_route(context, Method::get, "/open-apis/im/v1/chats/:chat_id", kGetChat, call<get_chat>));
  router.unmatched("/open-apis",
                   [](http::Request const&, std::string_view) { return page_not_found(); });
}

}  // namespace carillon::feishu
