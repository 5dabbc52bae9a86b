// Beast's request parser, told to copy nothing: what it finds are views into the caller's bytes.
//
// Shape   One parser reads one message: first its head, given whole, then its body as it arrives
//         (by ChunkDecoder or by count).
// Source  RFC 9112. Stricter than Beast where lenience would let two servers disagree about where
//         a message ends: no obs-fold, no transfer coding but chunked, none at all in HTTP/1.0.
// Cost    No allocation besides the growth of the header list.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <boost/beast/http/basic_parser.hpp>

#include "http/chunks.h"
#include "http/message.h"

namespace carillon::http {

class RequestParser final : private boost::beast::http::basic_parser<true> {
 public:
  RequestParser(std::vector<Header>& headers, std::size_t headers_max, BodyReceiver& receiver);

  // 0, or the status that refuses the request: 400, 414, 431. `head` ends with the blank line.
  int parse_head(std::string_view head);

  // Once the head was read.
  Method method() const { return method_; }
  std::string_view target() const { return target_; }
  int minor_version() const { return minor_version_; }
  bool keep_alive() const { return Base::keep_alive(); }
  bool expects_continue() const { return expects_continue_; }
  bool has_body() const { return Base::chunked() || content_length().value_or(0) > 0; }
  std::optional<std::uint64_t> content_length() const;

  BodyStep parse_body(std::string_view bytes);

 private:
  using Base = boost::beast::http::basic_parser<true>;
  using Code = boost::system::error_code;
  using Text = boost::beast::string_view;

  void on_request_impl(boost::beast::http::verb method, Text method_text, Text target, int version,
                       Code& problem) override;
  void on_response_impl(int, Text, int, Code&) override {}
  void on_field_impl(boost::beast::http::field id, Text name, Text value, Code& problem) override;
  void on_header_impl(Code&) override {}
  void on_body_init_impl(boost::optional<std::uint64_t> const&, Code&) override {}
  std::size_t on_body_impl(Text, Code&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, Text, Code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, Text, Code&) override { return 0; }
  void on_finish_impl(Code&) override {}

  std::vector<Header>& headers_;
  std::size_t headers_max_;
  BodyReceiver& receiver_;
  std::string_view head_;
  std::string_view target_;
  Method method_ = Method::other;
  int minor_version_ = 1;
  int refusal_ = 400;
  bool expects_continue_ = false;
  ChunkDecoder chunks_;
  std::uint64_t left_ = 0;  // of a body with Content-Length
};

}  // namespace carillon::http
