#include "http/request_parser.h"

#include <algorithm>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>

#include "http/text.h"

namespace carillon::http {
namespace {

namespace beast_http = boost::beast::http;

constexpr std::size_t kTargetBytesMax = 8 * 1024;

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

Method method_of(beast_http::verb verb) {
  switch (verb) {
    case beast_http::verb::get:
      return Method::get;
    case beast_http::verb::head:
      return Method::head;
    case beast_http::verb::post:
      return Method::post;
    case beast_http::verb::put:
      return Method::put;
    case beast_http::verb::patch:
      return Method::patch;
    case beast_http::verb::delete_:
      return Method::delete_;
    case beast_http::verb::options:
      return Method::options;
    default:
      return Method::other;
  }
}

}  // namespace

RequestParser::RequestParser(std::vector<Header>& headers, std::size_t headers_max,
                             BodyReceiver& receiver)
    : headers_(headers), headers_max_(headers_max), receiver_(receiver) {
  body_limit(boost::none);  // bodies do not pass through Beast
}

int RequestParser::parse_head(std::string_view head) {
  head_ = head;
  header_limit(static_cast<std::uint32_t>(head.size() + 1));  // the caller has checked its own
  Code problem;
  put(boost::asio::buffer(head.data(), head.size()), problem);
  if (problem) return refusal_;
  left_ = content_length().value_or(0);
  return 0;
}

std::optional<std::uint64_t> RequestParser::content_length() const {
  auto const length = Base::content_length();
  return length ? std::optional<std::uint64_t>(*length) : std::nullopt;
}

BodyStep RequestParser::parse_body(std::string_view bytes) {
  if (Base::chunked()) return chunks_.decode(bytes, receiver_);
  auto const piece =
      bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
  left_ -= piece.size();
  if (!piece.empty() && !receiver_.receive(piece)) return {BodyState::stopped, piece.size()};
  return {left_ == 0 ? BodyState::done : BodyState::more, piece.size()};
}

void RequestParser::on_request_impl(beast_http::verb method, Text, Text target, int version,
                                    Code& problem) {
  method_ = method_of(method);
  target_ = view(target);
  minor_version_ = version - 10;
  if (target_.size() > kTargetBytesMax) {
    refusal_ = 414;
    problem = beast_http::error::bad_target;
  }
}

void RequestParser::on_field_impl(beast_http::field id, Text name, Text value, Code& problem) {
  if (headers_.size() == headers_max_) {
    refusal_ = 431;
    problem = beast_http::error::header_limit;
    return;
  }
  // Beast unfolds a value into a buffer of its own, or skips the line break before it.
  auto const name_end = name.data() + name.size();
  bool const in_head = value.data() >= name_end && value.data() < head_.data() + head_.size();
  bool const folded = !in_head || std::find(name_end, value.data(), '\n') != value.data();
  bool const coded = id == beast_http::field::transfer_encoding &&
                     (minor_version_ == 0 || !same_token(view(value), "chunked"));
  if (folded || coded) {
    problem = beast_http::error::bad_field;
    return;
  }
  if (id == beast_http::field::expect && same_token(view(value), "100-continue")) {
    expects_continue_ = minor_version_ == 1;
  }
  headers_.push_back({view(name), view(value)});
}

}  // namespace carillon::http
