#include "dialect/feishu/tenant_access_token.h"

#include "dialect/feishu/credentials.h"
#include "dialect/feishu/ids.h"
#include "json/writer.h"

namespace carillon::feishu {

void tenant_access_token(Context& context, http::Request const& request, http::Reply const& reply) {
  reply(answer_token_request(context, request, render_tenant_access_token));
}

std::string render_tenant_access_token(IssuedToken const& token) {
  std::string body;
  json::Writer out(body);
  out.begin_object().field("code", 0).field("msg", "ok");
  out.field("tenant_access_token", std::string(kTenantTokenPrefix) + token.hex);
  out.field("expire", token.remaining.count()).end_object();
  return body;
}

}  // namespace carillon::feishu
