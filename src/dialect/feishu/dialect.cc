#include "dialect/feishu/dialect.h"

#include <utility>

#include "dialect/feishu/app_access_token.h"
#include "dialect/feishu/batch_send.h"
#include "dialect/feishu/delete_batch.h"
#include "dialect/feishu/envelope.h"
#include "dialect/feishu/gateway.h"
#include "dialect/feishu/get_progress.h"
#include "dialect/feishu/long_connections.h"
#include "dialect/feishu/read_user.h"
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
  router.unmatched("/open-apis",
                   [](http::Request const&, std::string_view) { return page_not_found(); });
}

}  // namespace carillon::feishu
