// A request that was read and the answer to it, as plain values: what endpoints and dialects see
// of HTTP. Nothing here includes Asio.
//
// Shape   One Request is answered by exactly one Response through its Reply.
// Cost    A Request's views stay valid until its Reply was called.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "http/event_stream.h"
#include "http/websocket.h"

namespace carillon::http {

class BodySink;

enum class Method { get, head, post, put, patch, delete_, options, other };

struct Header {
  std::string_view name;
  std::string_view value;
};

struct Request {
  Method method = Method::other;
  std::string_view target;  // as sent: path and query
  std::string_view path;    // without query; duplicate leading slashes collapsed
  std::string_view query;   // without '?', percent-encoded as sent
  std::string_view body;    // whole, unchunked; empty on GET and DELETE whatever was sent
  std::vector<Header> headers;
  std::vector<std::string> params;  // path parameters in the route's order, percent-decoded
  std::string_view remote;          // the caller's address; behind a trusted proxy, what it reports
  std::string log_id;               // also sent as X-Tt-Logid and X-Request-Id with every answer
  BodySink* spooled = nullptr;      // the finished sink of a route that asked for BodyMode::spool

  // The first header of that name in any case; empty if none.
  std::string_view header(std::string_view name) const;
  // The first query parameter of that name, percent-decoded ('+' is a blank); empty if none.
  std::string query_param(std::string_view name) const;
  std::vector<std::string> query_params(std::string_view name) const;  // all of that name
};

struct Response {
  int status = 200;
  std::string_view content_type = "application/json; charset=utf-8";  // a literal
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  // besides Content-Type and log ids
  std::unique_ptr<EventStream> stream;        // if set: Server-Sent Events follow instead of a body
  std::unique_ptr<WebSocketStart> websocket;  // accept_websocket(): the connection becomes one
  bool close = false;                         // say `Connection: close` and close after this answer
};

// Answers one request. Call it once, from any thread; a Reply that is destroyed uncalled answers
// 500, so that no caller waits for ever.
using Reply = std::function<void(Response)>;

}  // namespace carillon::http
