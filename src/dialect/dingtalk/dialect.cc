#include "dialect/dingtalk/dialect.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "dialect/dingtalk/access_token.h"
#include "dialect/dingtalk/async_send.h"
#include "dialect/dingtalk/call.h"
#include "dialect/dingtalk/departments.h"
#include "dialect/dingtalk/envelope.h"
#include "dialect/dingtalk/get_send_progress.h"
#include "dialect/dingtalk/get_send_result.h"
#include "dialect/dingtalk/get_token.h"
#include "dialect/dingtalk/media.h"
#include "dialect/dingtalk/message_send.h"
#include "dialect/dingtalk/recall_task.h"
#include "dialect/dingtalk/update_status_bar.h"
#include "dialect/dingtalk/user_lists.h"
#include "dialect/dingtalk/users.h"

namespace carillon::dingtalk {
namespace {

constexpr std::size_t kCredentialsBytesMax = 16 * 1024;

// Where the classic APIs live besides /topapi: below these an unknown path is this dialect's to
// answer.
constexpr std::array<std::string_view, 9> kClassicPrefixes{"/gettoken", "/media",      "/message",
                                                           "/user",     "/department", "/service",
                                                           "/microapp", "/auth",       "/chat"};

using TokenEndpoint = void (*)(Context&, http::Request const&, http::Reply const&);

http::Route token_route(Context& context, http::Method method, std::string pattern,
                        TokenEndpoint endpoint) {
  http::Route out;
  out.method = method;
  out.pattern = std::move(pattern);
  out.handler = [&context, endpoint](http::Request const& request, http::Reply const& reply) {
    endpoint(context, request, reply);
  };
  out.failure = [&context](http::Request const& request, Error const& error) {
    return failure(context.settings.language, Family::token, error.code, request.log_id);
  };
  out.body_bytes_max = kCredentialsBytesMax;
  return out;
}

http::Route new_token_route(Context& context, std::string pattern, TokenEndpoint endpoint) {
  auto out = token_route(context, http::Method::post, std::move(pattern), endpoint);
  out.failure = [&context](http::Request const& request, Error const& error) {
    return new_failure(context.settings.language, new_error(error.code), request.log_id);
  };
  return out;
}

void add_unmatched(http::Router& router, Context& context) {
  router.unmatched("/topapi", [&context](http::Request const& request, std::string_view allowed) {
    auto const language = context.settings.language;
    if (!allowed.empty()) return wrong_method(language, allowed, request.log_id);
    return unknown_topapi(language, request.path, request.log_id);
  });
  for (auto const prefix : kClassicPrefixes) {
    router.unmatched(std::string(prefix),
                     [&context](http::Request const& request, std::string_view allowed) {
                       auto const language = context.settings.language;
                       if (!allowed.empty()) return wrong_method(language, allowed, request.log_id);
                       return failure(language, kUnknownPath, request.log_id);
                     });
  }
  router.unmatched("/v1.0", [&context](http::Request const& request, std::string_view) {
    return new_failure(context.settings.language, kUnknownAction, request.log_id);
  });
}

void add_directory_routes(http::Router& router, Context& context) {
  auto const add = [&](std::string path, Api const& api, Endpoint endpoint) {
    router.add(make_route(context, std::move(path), api, endpoint));
  };
  std::string const departments = "/topapi/v2/department";
  add(departments + "/create", kCreateDepartment, create_department);
  add(departments + "/update", kUpdateDepartment, update_department);
  add(departments + "/delete", kDeleteDepartment, delete_department);
  add(departments + "/get", kGetDepartment, get_department);
  add(departments + "/listsub", kListSub, list_sub_departments);
  add(departments + "/listsubid", kListSubId, list_sub_department_ids);
  add(departments + "/listparentbydept", kListParentByDept, list_parents_of_department);
  add(departments + "/listparentbyuser", kListParentByUser, list_parents_of_user);
  std::string const users = "/topapi/v2/user";
  add(users + "/create", kCreateUser, create_user);
  add(users + "/update", kUpdateUser, update_user);
  add(users + "/delete", kDeleteUser, delete_user);
  add(users + "/get", kGetUser, get_user);
  add(users + "/list", kListUsers, list_users);
  add(users + "/getbymobile", kGetByMobile, get_user_by_mobile);
  add("/topapi/user/listid", kListUserIds, list_user_ids);
  add("/topapi/user/listsimple", kListUsersSimply, list_users_simply);
  add("/topapi/user/getbyunionid", kGetByUnionId, get_user_by_union_id);
  add("/topapi/user/count", kCountUsers, count_users);
}

}  // namespace

void add_routes(http::Router& router, Context& context) {
  using http::Method;
  router.add(token_route(context, Method::get, "/gettoken", get_token));
  router.add(token_route(context, Method::post, "/gettoken", get_token));
  router.add(new_token_route(context, "/v1.0/oauth2/accessToken", access_token));
  router.add(new_token_route(context, "/v1.0/oauth2/:corpId/token", corp_access_token));
  std::string const messages = "/topapi/message/corpconversation";
  auto const add = [&](std::string path, Api const& api, Endpoint endpoint) {
    router.add(make_route(context, std::move(path), api, endpoint));
  };
  add(messages + "/asyncsend_v2", kAsyncSendV2, async_send_v2);
  add(messages + "/asyncsend", kAsyncSend, async_send);
  add(messages + "/getsendprogress", kGetSendProgress, get_send_progress);
  add(messages + "/getsendresult", kGetSendResult, get_send_result);
  add(messages + "/recall", kRecallTask, recall_task);
  add(messages + "/status_bar/update", kUpdateStatusBar, update_status_bar);
  add("/message/send", kMessageSend, message_send);
  add_media_routes(router, context);
  add_directory_routes(router, context);
  add_unmatched(router, context);
}

}  // namespace carillon::dingtalk
