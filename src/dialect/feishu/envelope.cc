#include "dialect/feishu/envelope.h"

#include <algorithm>
#include <utility>

#include "json/writer.h"

namespace carillon::feishu {
namespace {

// Says where to look an error up: the vendor's text, which tools search for, with our log id.
std::string troubleshooter(int code, std::string_view log_id) {
  std::string out =
      "排查建议查看(Troubleshooting suggestions): "
      "https://open.feishu.cn/search?from=openapi&log_id=";
  out += log_id;
  out += "&code=";
  out += std::to_string(code);
  return out;
}

http::Response response(int status, std::string body) {
  http::Response out;
  out.status = status;
  out.body = std::move(body);
  return out;
}

// What may be told to the caller: about the request, not about our insides.
bool is_callers_business(Errc code) {
  return code != Errc::internal && code != Errc::unavailable && code != Errc::overloaded;
}

http::Response auth_failure(WireError const& wire) {
  std::string body;
  json::Writer out(body);
  out.begin_object().field("code", wire.code);
  if (wire.code == 10003) out.key("data").begin_object().end_object();
  out.field("msg", wire.msg).end_object();
  return response(wire.status, std::move(body));
}

http::Response json_failure(WireError const& wire, std::string_view detail) {
  std::string msg(wire.msg);
  if (!detail.empty()) msg.append(", ").append(detail);
  std::string body;
  json::Writer(body).begin_object().field("code", wire.code).field("msg", msg).end_object();
  return response(wire.status, std::move(body));
}

// `detail` names the field, a colon and what is wrong with it.
http::Response field_failure(WireError const& wire, std::string_view detail,
                             std::string_view log_id) {
  auto const colon = std::min(detail.find(": "), detail.size());
  std::string body;
  json::Writer out(body);
  out.begin_object().field("code", wire.code).field("msg", wire.msg);
  out.begin_object("error").field("log_id", log_id);
  out.field("troubleshooter", troubleshooter(wire.code, log_id));
  out.begin_array("field_violations").begin_object();
  out.field("field", detail.substr(0, colon));
  out.field("description", detail.substr(std::min(colon + 2, detail.size())));
  out.end_object().end_array().end_object().end_object();
  return response(wire.status, std::move(body));
}

}  // namespace

http::Response success(std::string_view msg, std::string_view data_json) {
  std::string body;
  body.reserve(data_json.size() + msg.size() + 32);
  json::Writer out(body);
  out.begin_object().field("code", 0).field("msg", msg).key("data").raw(data_json).end_object();
  return response(200, std::move(body));
}

http::Response failure(Settings const& settings, Family family, Error const& error,
                       std::string_view log_id) {
  auto const wire = wire_error(family, error.code);
  if (is_gateway(wire)) {
    if (error.code == Errc::bad_json) return json_failure(wire, error.detail);
    if (wire == kFieldsInvalid) return field_failure(wire, error.detail, log_id);
    if (wire == kIdUnknown && !error.detail.empty()) {
      return gateway_failure({wire.code, error.detail, wire.status}, log_id);
    }
    return gateway_failure(wire, log_id);
  }
  if (family == Family::auth) return auth_failure(wire);
  std::string body;
  json::Writer out(body);
  out.begin_object().field("code", wire.code).field("msg", wire.msg);
  if (!error.detail.empty() && is_callers_business(error.code)) {
    out.key("error").begin_object();
    out.field("log_id", log_id).field("message", error.detail).end_object();
  }
  out.end_object();
  bool const as_400 = family == Family::batch_send && settings.batch_error_status == 400;
  int const status = as_400 ? 400 : wire.status;
  return response(status, std::move(body));
}

http::Response gateway_failure(WireError const& error, std::string_view log_id) {
  std::string body;
  json::Writer out(body);
  out.begin_object().field("code", error.code).field("msg", error.msg);
  out.key("error").begin_object();
  out.field("log_id", log_id).field("troubleshooter", troubleshooter(error.code, log_id));
  out.end_object().end_object();
  return response(error.status, std::move(body));
}

http::Response scope_failure(WireError const& error, std::span<std::string_view const> scopes,
                             std::uint16_t api, std::string_view log_id, ScopeKind kind) {
  std::string msg(error.msg);
  msg += " [";
  for (auto const scope : scopes) {
    if (scope.data() != scopes.front().data()) msg += ", ";
    msg += scope;
  }
  msg += ']';

  std::string body;
  json::Writer out(body);
  out.begin_object().field("code", error.code).field("msg", msg);
  out.key("error").begin_object();
  out.field("troubleshooter",
            troubleshooter(error.code, log_id) + "&method_id=" + std::to_string(api));
  out.key("permission_violations").begin_array();
  auto const* const type =
      kind == ScopeKind::field ? "field_scope_required" : "action_scope_required";
  for (auto const scope : scopes) {
    out.begin_object().field("type", type).field("subject", scope).end_object();
  }
  out.end_array();
  out.field("message",
            "Refer to the documentation to fix the error: "
            "https://open.feishu.cn/document/ukTMukTMukTM/ucDO1EjL3gTNx4yN4UTM");
  out.field("log_id", log_id).end_object().end_object();
  return response(error.status, std::move(body));
}

http::Response rate_failure(WireError const& error, RateRefusal const& refusal) {
  std::string body;
  json::Writer(body).begin_object().field("code", error.code).field("msg", error.msg).end_object();
  auto out = response(error.status, std::move(body));
  out.headers.emplace_back("x-ogw-ratelimit-limit", std::to_string(refusal.limit));
  out.headers.emplace_back("x-ogw-ratelimit-reset", std::to_string(refusal.retry_in.count()));
  return out;
}

http::Response page_not_found() {
  http::Response out;
  out.status = 404;
  out.content_type = "text/plain";
  out.body = "404 page not found";
  return out;
}

}  // namespace carillon::feishu
