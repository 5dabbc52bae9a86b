// Answers as bytes.
//
// Shape   append_head() writes status line and headers, append_answer() the whole of an answer
//         without stream. Header names are spelled exactly so: some clients compare them.
// Source  feishu.md 0.4 (X-Tt-Logid, X-Request-Id on every answer).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace carillon::http {

// What an answer takes over from its request and its connection.
struct AnswerFrame {
  std::string_view log_id;
  std::string_view date;  // as the Date header has it
  int minor_version = 1;
  bool head_only = false;  // HEAD: everything but the body
  bool keep_alive = true;
};

// `length` nullopt: chunked, or up to the end of the connection in HTTP/1.0.
void append_head(std::string& out, Response const& response, AnswerFrame const& frame,
                 std::optional<std::uint64_t> length);
void append_answer(std::string& out, Response const& response, AnswerFrame const& frame);
void append_chunk(std::string& out, std::string_view bytes);

// A failure that no dialect renders: the bytes were no request, or came too slowly.
Response plain_failure(int status);

}  // namespace carillon::http
