#include "dialect/console/origin.h"

#include <string>

#include "http/text.h"

namespace carillon::console {
namespace {

// "https://host:1" of "https://host:1/path".
std::string_view origin_of(std::string_view url) {
  auto const host = url.find("://");
  if (host == std::string_view::npos) return {};
  return url.substr(0, url.find('/', host + 3));
}

bool is_own(Context const& context, http::Request const& request, std::string_view origin) {
  if (http::same_token(origin, origin_of(context.public_url()))) return true;
  auto const host = request.header("Host");
  if (host.empty()) return false;
  if (http::same_token(origin, "https://" + std::string(host))) return true;
  return context.scheme == Scheme::http && http::same_token(origin, "http://" + std::string(host));
}

}  // namespace

CallFrom call_from(Context const& context, http::Request const& request) {
  if (auto const origin = request.header("Origin"); !origin.empty()) {
    return is_own(context, request, origin) ? CallFrom::own_page : CallFrom::elsewhere;
  }
  auto const site = request.header("Sec-Fetch-Site");
  if (site.empty()) return CallFrom::unsaid;
  return site == "same-origin" ? CallFrom::own_page : CallFrom::elsewhere;
}

}  // namespace carillon::console
