#include "http/message.h"

#include <algorithm>
#include <utility>

#include "http/percent.h"
#include "http/text.h"

namespace carillon::http {

std::string_view Request::header(std::string_view name) const {
  for (auto const& h : headers) {
    if (same_token(h.name, name)) return h.value;
  }
  return {};
}

namespace {

// Calls take(value) for each parameter of that name, until it says that this is enough.
template <class Take>
void each_param(std::string_view query, std::string_view name, Take const& take) {
  while (!query.empty()) {
    auto const end = std::min(query.find('&'), query.size());
    auto const pair = query.substr(0, end);
    query = end < query.size() ? query.substr(end + 1) : std::string_view();
    auto const equals = std::min(pair.find('='), pair.size());
    auto const key = pair.substr(0, equals);
    bool const plain = key.find_first_of("%+") == std::string_view::npos;
    if (plain ? key != name : percent_decode(key, Plus::blank) != name) continue;
    auto const value = pair.substr(std::min(equals + 1, pair.size()));
    if (take(percent_decode(value, Plus::blank))) return;
  }
}

}  // namespace

std::string Request::query_param(std::string_view name) const {
  std::string out;
  each_param(query, name, [&](std::string value) {
    out = std::move(value);
    return true;
  });
  return out;
}

std::vector<std::string> Request::query_params(std::string_view name) const {
  std::vector<std::string> out;
  each_param(query, name, [&](std::string value) {
    out.push_back(std::move(value));
    return false;
  });
  return out;
}

}  // namespace carillon::http
