#include "dialect/dingtalk/access_token.h"

#include <string>
#include <utility>

#include "dialect/dingtalk/credentials.h"
#include "dialect/dingtalk/envelope.h"
#include "json/reader.h"

namespace carillon::dingtalk {
namespace {

// The names by which one endpoint calls what all of them take and give.
struct Names {
  std::string_view key;
  std::string_view secret;
  std::string_view token;
  std::string_view expires;
};
constexpr Names kCamelCase{"appKey", "appSecret", "accessToken", "expireIn"};
constexpr Names kSnakeCase{"client_id", "client_secret", "access_token", "expires_in"};

http::Response missing(Context const& context, std::string_view name, std::string_view log_id) {
  auto const code = "Missing" + std::string(name);
  auto const message = std::string(name) + " is mandatory for this action.";
  return new_failure(context.settings.language, {400, code, message, message}, log_id);
}

template <class Issue>
http::Response answer_with_token(Context& context, http::Request const& request, Names const& names,
                                 Issue const& issue) {
  auto const language = context.settings.language;
  auto const document = json::parse_json(request.body);
  if (!document || !document->root().is_object()) {
    return new_failure(language, kBodyMissing, request.log_id);
  }
  auto const text = [&](std::string_view name) {
    return std::string(document->root().find_present(name).value_or(json::Value()).string());
  };
  auto const key = text(names.key);
  auto const secret = text(names.secret);
  if (key.empty()) return missing(context, names.key, request.log_id);
  if (secret.empty()) return missing(context, names.secret, request.log_id);
  Result<IssuedToken> const token = issue(key, secret);
  if (!token) {
    context.counters.auth_refusals.fetch_add(1, std::memory_order_relaxed);
    return new_failure(language, new_error(token.error().code), request.log_id);
  }
  std::string body;
  json::Writer out(body);
  out.begin_object().field(names.token, token->hex);
  out.field(names.expires, token->remaining.count()).end_object();
  return classic_response(std::move(body));
}

}  // namespace

void access_token(Context& context, http::Request const& request, http::Reply const& reply) {
  reply(answer_with_token(context, request, kCamelCase,
                          [&](std::string_view key, std::string_view secret) {
                            return token_by_key(context, key, secret);
                          }));
}

void corp_access_token(Context& context, http::Request const& request, http::Reply const& reply) {
  auto const& corp_id = request.params.at(0);
  reply(answer_with_token(context, request, kSnakeCase,
                          [&](std::string_view key, std::string_view secret) {
                            return token_by_key_in_corp(context, corp_id, key, secret);
                          }));
}

}  // namespace carillon::dingtalk
