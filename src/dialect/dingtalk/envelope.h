// The bodies that every answer is put in, and the ids that they carry.
//
// Shape   Classic: HTTP 200 always, {"request_id","errcode","errmsg", ...}; refusals of the gateway
//         on /topapi as code 88 with the cause in sub_code, a string. New style: HTTP statuses and
//         {"code","requestid","message"}.
// Source  docs/wire/dingtalk/gateway.md. Every error has an errmsg: one client reads it whatever
//         else is there. The ids are made from the request's log id, also sent as X-Request-Id.
// Cost    One string each; pure.
#pragma once

#include <string>
#include <string_view>

#include "dialect/dingtalk/errors.h"
#include "http/message.h"
#include "json/writer.h"

namespace carillon::dingtalk {

// Twelve or thirteen lower-case letters and digits.
std::string request_id(std::string_view log_id);
// The new style's: an upper-case UUID.
std::string new_request_id(std::string_view log_id);

// Opens the object of a success, with code 0; the caller adds members and closes it.
void begin_success(json::Writer& out, std::string_view log_id);
http::Response classic_response(std::string body);

http::Response failure(Language language, WireError const& error, std::string_view log_id);
http::Response failure(Language language, Family family, Errc code, std::string_view log_id);
http::Response new_failure(Language language, NewError const& error, std::string_view log_id);

// For paths that no route has, and for known ones by another method.
http::Response unknown_topapi(Language language, std::string_view path, std::string_view log_id);
http::Response wrong_method(Language language, std::string_view allowed, std::string_view log_id);

}  // namespace carillon::dingtalk
