#include "dialect/feishu/app_access_token.h"

#include "dialect/feishu/credentials.h"
#include "dialect/feishu/ids.h"
#include "json/writer.h"

namespace carillon::feishu {

void app_access_token(Context& context, http::Request const& request, http::Reply const& reply) {
  reply(answer_token_request(context, request, render_app_access_token));
}

std::string render_app_access_token(IssuedToken const& token) {
  auto const text = std::string(kTenantTokenPrefix) + token.hex;
  std::string body;
  json::Writer out(body);
  out.begin_object().field("app_access_token", text).field("code", 0);
  out.field("expire", token.remaining.count()).field("msg", "ok");
  out.field("tenant_access_token", text).end_object();
  return body;
}

}  // namespace carillon::feishu
