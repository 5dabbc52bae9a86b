#include "dialect/console/cookies.h"

#include <algorithm>

#include "http/text.h"

namespace carillon::console {
namespace {

constexpr std::string_view kHostPrefix = "__Host-";

std::string full_name(std::string_view name, Scheme scheme) {
  return std::string(scheme == Scheme::https ? kHostPrefix : "") + std::string(name);
}

}  // namespace

std::string_view find_cookie(http::Request const& request, std::string_view name, Scheme scheme) {
  auto const wanted = full_name(name, scheme);
  auto rest = request.header("Cookie");
  while (!rest.empty()) {
    auto const pair = http::trim(rest.substr(0, rest.find(';')));
    rest.remove_prefix(std::min(
        rest.size(), rest.find(';') == std::string_view::npos ? rest.size() : rest.find(';') + 1));
    auto const equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == wanted) {
      return pair.substr(equals + 1);
    }
  }
  return {};
}

void set_cookie(http::Response& response, std::string_view name, std::string_view value,
                std::chrono::seconds life, Scheme scheme, SameSite same_site) {
  auto text = full_name(name, scheme);
  text.append("=").append(value);
  text += "; Path=/; Max-Age=" + std::to_string(life.count()) + "; HttpOnly; SameSite=";
  text += same_site == SameSite::strict ? "Strict" : "Lax";
  if (scheme == Scheme::https) text += "; Secure";
  response.headers.emplace_back("Set-Cookie", std::move(text));
}

void clear_cookie(http::Response& response, std::string_view name, Scheme scheme,
                  SameSite same_site) {
  set_cookie(response, name, "", std::chrono::seconds(0), scheme, same_site);
}

}  // namespace carillon::console
