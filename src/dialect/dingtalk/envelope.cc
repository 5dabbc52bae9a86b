#include "dialect/dingtalk/envelope.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

namespace carillon::dingtalk {
namespace {

constexpr std::size_t kUniqueDigits = 16;  // at the end of a log id, hexadecimal
constexpr std::size_t kUuidDigits = 32;

http::Response new_response(int status, std::string body) {
  http::Response out;
  out.status = status;
  out.body = std::move(body);
  return out;
}

}  // namespace

std::string request_id(std::string_view log_id) {
  auto const unique = log_id.substr(log_id.size() - std::min(log_id.size(), kUniqueDigits));
  std::uint64_t n = 0;
  std::from_chars(unique.data(), unique.data() + unique.size(), n, 16);
  char digits[16];
  auto const* const end = std::to_chars(digits, digits + sizeof(digits), n, 36).ptr;
  auto const size = static_cast<std::size_t>(end - digits);
  std::string out(size < 12 ? 12 - size : 0, '0');
  return out.append(digits, size);
}

std::string new_request_id(std::string_view log_id) {
  auto digits = log_id.substr(log_id.size() - std::min(log_id.size(), kUuidDigits));
  std::string out;
  for (std::size_t const group : {8, 4, 4, 4, 12}) {
    if (!out.empty()) out += '-';
    out.append(digits.substr(0, group));
    digits.remove_prefix(std::min(group, digits.size()));
  }
  return out;
}

void begin_success(json::Writer& out, std::string_view log_id) {
  out.begin_object().field("request_id", request_id(log_id));
  out.field("errcode", 0).field("errmsg", "ok");
}

http::Response classic_response(std::string body) { return new_response(200, std::move(body)); }

http::Response failure(Language language, WireError const& error, std::string_view log_id) {
  std::string body;
  json::Writer out(body);
  out.begin_object().field("errcode", error.code).field("errmsg", error.text(language));
  out.field("request_id", request_id(log_id)).end_object();
  return classic_response(std::move(body));
}

http::Response failure(Language language, Family family, Errc code, std::string_view log_id) {
  auto const error = wire_error(family, code);
  if (!is_wrapped(family, code)) return failure(language, error, log_id);
  auto const sub_code = std::to_string(error.code);
  auto const sub_msg = error.text(language);
  std::string text = "ding talk error[subcode=" + sub_code + ",submsg=";
  text.append(sub_msg).append("]");
  std::string body;
  json::Writer out(body);
  out.begin_object().field("errcode", 88).field("sub_code", sub_code).field("sub_msg", sub_msg);
  out.field("errmsg", text).field("request_id", request_id(log_id)).end_object();
  return classic_response(std::move(body));
}

http::Response new_failure(Language language, NewError const& error, std::string_view log_id) {
  std::string body;
  json::Writer out(body);
  out.begin_object().field("code", error.code).field("requestid", new_request_id(log_id));
  out.field("message", error.text(language)).end_object();
  return new_response(error.status, std::move(body));
}

http::Response unknown_topapi(Language language, std::string_view path, std::string_view log_id) {
  constexpr std::string_view kPrefix = "/topapi";
  path.remove_prefix(std::min(path.size(), kPrefix.size()));
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  std::string name = "dingtalk.oapi.";
  name += path;
  std::replace(name.begin(), name.end(), '/', '.');

  auto const sub_msg = (language == Language::english ? "Invalid ApiName, ApiName = "
                                                      : "不合法ApiName，ApiName = ") +
                       name;
  std::string body;
  json::Writer out(body);
  out.begin_object().field("errcode", 22).field("sub_msg", sub_msg);
  out.field("errmsg", "Invalid method[submsg=" + sub_msg + "]");
  out.field("request_id", request_id(log_id)).end_object();
  return classic_response(std::move(body));
}

http::Response wrong_method(Language language, std::string_view allowed, std::string_view log_id) {
  bool const get = allowed.find("GET") != std::string_view::npos;
  return failure(language, get ? kGetWanted : kPostWanted, log_id);
}

}  // namespace carillon::dingtalk
