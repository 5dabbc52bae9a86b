#include "http/answer.h"

#include <charconv>

namespace carillon::http {
namespace {

struct Status {
  int code;
  std::string_view reason;
};

constexpr Status kStatuses[] = {
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {422, "Unprocessable Content"},
    {426, "Upgrade Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {507, "Insufficient Storage"},
};

std::string_view reason(int code) {
  for (auto const& s : kStatuses) {
    if (s.code == code) return s.reason;
  }
  return "Status";
}

void append_number(std::string& out, std::uint64_t n, int base = 10) {
  char digits[20];
  auto const end = std::to_chars(digits, digits + sizeof digits, n, base).ptr;
  out.append(digits, end);
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

bool is_bodiless(int status) { return status == 101 || status == 204 || status == 304; }

// A line break in a value would let its author write headers of their own.
bool is_one_line(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

}  // namespace

void append_head(std::string& out, Response const& response, AnswerFrame const& frame,
                 std::optional<std::uint64_t> length) {
  if (response.status == 200) {
    out += "HTTP/1.1 200 OK\r\n";
  } else {
    out += "HTTP/1.1 ";
    append_number(out, static_cast<std::uint64_t>(response.status));
    out.append(" ").append(reason(response.status)).append("\r\n");
  }
  if (!is_bodiless(response.status)) {
    append_header(out, "Content-Type", response.content_type);
    if (length) {
      out += "Content-Length: ";
      append_number(out, *length);
      out += "\r\n";
    } else if (frame.minor_version == 1) {
      out += "Transfer-Encoding: chunked\r\n";
    }
  }
  append_header(out, "X-Tt-Logid", frame.log_id);
  append_header(out, "X-Request-Id", frame.log_id);
  append_header(out, "Date", frame.date);
  for (auto const& [name, value] : response.headers) {
    if (is_one_line(name) && is_one_line(value)) append_header(out, name, value);
  }
  if (!frame.keep_alive) {
    out += "Connection: close\r\n";
  } else if (frame.minor_version == 0) {
    out += "Connection: keep-alive\r\n";
  }
  out += "\r\n";
}

void append_answer(std::string& out, Response const& response, AnswerFrame const& frame) {
  append_head(out, response, frame, response.body.size());
  if (!frame.head_only && !is_bodiless(response.status)) out += response.body;
}

void append_chunk(std::string& out, std::string_view bytes) {
  append_number(out, bytes.size(), 16);
  out.append("\r\n").append(bytes).append("\r\n");
}

Response plain_failure(int status) {
  Response response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body.append(reason(status)).append("\n");
  response.close = true;
  return response;
}

}  // namespace carillon::http
