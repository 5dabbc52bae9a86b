#include "dialect/dingtalk/get_token.h"

#include "dialect/dingtalk/credentials.h"
#include "dialect/dingtalk/envelope.h"
#include "dialect/dingtalk/parameters.h"
#include "json/writer.h"

namespace carillon::dingtalk {
namespace {

// What does not read as a text names no app either.
std::string text_parameter(Parameters const& parameters, std::string_view name) {
  auto const text = parameters.find_text(name);
  return text ? text->value_or("") : "";
}

http::Response answer_get_token(Context& context, http::Request const& request) {
  auto const language = context.settings.language;
  auto const refuse = [&](Family family, Errc code) {
    context.counters.auth_refusals.fetch_add(1, std::memory_order_relaxed);
    return failure(language, family, code, request.log_id);
  };
  auto const parameters = Parameters::read(request);
  if (!parameters) return refuse(Family::token, parameters.error().code);
  auto const key = text_parameter(*parameters, "appkey");
  auto const corp = text_parameter(*parameters, "corpid");
  auto const secret = text_parameter(*parameters, key.empty() ? "corpsecret" : "appsecret");
  if (key.empty() && corp.empty()) return failure(language, kKeyMissing, request.log_id);
  if (secret.empty()) return failure(language, kSecretMissing, request.log_id);
  auto const token =
      key.empty() ? token_by_corp(context, corp, secret) : token_by_key(context, key, secret);
  if (!token) {
    return refuse(key.empty() ? Family::corp_token : Family::token, token.error().code);
  }
  return classic_response(render_token(*token));
}

}  // namespace

void get_token(Context& context, http::Request const& request, http::Reply const& reply) {
  reply(answer_get_token(context, request));
}

std::string render_token(IssuedToken const& token) {
  std::string body;
  json::Writer out(body);
  out.begin_object().field("errcode", 0).field("access_token", token.hex).field("errmsg", "ok");
  out.field("expires_in", token.remaining.count()).end_object();
  return body;
}

}  // namespace carillon::dingtalk
