#include "http/message.h"

#include "http/percent.h"
#include "http/text.h"

namespace carillon::http {

std::string_view Request::header(std::string_view name) const {
  for (auto const& h : headers) {
    if (same_token(h.name, name)) return h.value;
  }
  return {};
}

std::string Request::query_param(std::string_view name) const {
  std::string_view rest = query;
  while (!rest.empty()) {
    auto const end = rest.find('&');
    auto const pair = rest.substr(0, end);
    auto const equals = pair.find('=');
    auto const key = pair.substr(0, equals);
    bool const plain = key.find_first_of("%+") == std::string_view::npos;
    if (plain ? key == name : percent_decode(key, Plus::blank) == name) {
      return equals == std::string_view::npos
                 ? std::string{}
                 : percent_decode(pair.substr(equals + 1), Plus::blank);
    }
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return {};
}

}  // namespace carillon::http
