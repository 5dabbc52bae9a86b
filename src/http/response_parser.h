// Beast's response parser for the client: heads are kept, bodies go to a function.
#pragma once

#include <functional>
#include <string_view>

#include <boost/beast/http/basic_parser.hpp>

#include "http/client.h"

namespace carillon::http {

class ResponseParser final : private boost::beast::http::basic_parser<false> {
 public:
  // `take` gets the body's pieces and stops the parser by saying false.
  ResponseParser(ClientResponse& response, std::function<bool(std::string_view)> take)
      : response_(response), take_(std::move(take)) {
    eager(true);
    header_limit(64 * 1024);
    body_limit(boost::none);
  }

  void expect_no_body() { skip(true); }  // HEAD
  // The bytes used; what is left of them comes again with those after it.
  Result<std::size_t> parse(std::string_view bytes);
  Result<void> parse_end();  // the connection has ended

  bool head_done() const { return is_header_done(); }
  bool done() const { return stopped_ || is_done(); }
  bool keep_alive() const { return !stopped_ && Base::keep_alive(); }

 private:
  using Base = boost::beast::http::basic_parser<false>;
  using Code = boost::system::error_code;
  using Text = boost::beast::string_view;

  void on_request_impl(boost::beast::http::verb, Text, Text, int, Code&) override {}
  void on_response_impl(int status, Text, int, Code&) override { response_.status = status; }
  void on_field_impl(boost::beast::http::field, Text name, Text value, Code&) override {
    response_.headers.emplace_back(std::string(name.data(), name.size()),
                                   std::string(value.data(), value.size()));
  }
  void on_header_impl(Code&) override {}
  void on_body_init_impl(boost::optional<std::uint64_t> const&, Code&) override {}
  std::size_t on_body_impl(Text piece, Code& problem) override;
  void on_chunk_header_impl(std::uint64_t, Text, Code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, Text piece, Code& problem) override {
    return on_body_impl(piece, problem);
  }
  void on_finish_impl(Code&) override {}

  ClientResponse& response_;
  std::function<bool(std::string_view)> take_;
  bool stopped_ = false;
};

}  // namespace carillon::http
