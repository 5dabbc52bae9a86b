#include "http/response_parser.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>

namespace carillon::http {
namespace {

namespace beast_http = boost::beast::http;

}  // namespace

Result<std::size_t> ResponseParser::parse(std::string_view bytes) {
  Code problem;
  auto const used = put(boost::asio::buffer(bytes.data(), bytes.size()), problem);
  if (problem && problem != beast_http::error::need_more && !stopped_) {
    return fail(Errc::unavailable, "the server's answer is not HTTP: " + problem.message());
  }
  return used;
}

Result<void> ResponseParser::parse_end() {
  Code problem = beast_http::error::partial_message;
  if (got_some()) put_eof(problem);
  if (problem) return fail(Errc::unavailable, "the server closed the connection");
  return {};
}

std::size_t ResponseParser::on_body_impl(Text piece, Code& problem) {
  if (!take_({piece.data(), piece.size()})) {
    stopped_ = true;
    problem = beast_http::error::end_of_stream;
  }
  return piece.size();
}

}  // namespace carillon::http
