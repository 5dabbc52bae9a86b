#include "dialect/console/security_headers.h"

#include <string>

namespace carillon::console {

void add_security_headers(http::Response& response, Scheme scheme) {
  auto& headers = response.headers;
  headers.emplace_back("X-Content-Type-Options", "nosniff");
  headers.emplace_back("Referrer-Policy", "no-referrer");
  headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
  if (scheme == Scheme::https) {
    headers.emplace_back("Strict-Transport-Security", "max-age=31536000");
  }
}

void add_page_headers(http::Response& response, Scheme scheme, std::string_view nonce,
                      Sounds sounds) {
  add_security_headers(response, scheme);
  std::string policy = "default-src 'none'; script-src 'self'; style-src 'self'";
  if (!nonce.empty()) policy.append(" 'nonce-").append(nonce).append("'");
  if (sounds == Sounds::own) policy += "; media-src 'self'";
  policy +=
      "; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; manifest-src 'self'"
      "; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
  auto& headers = response.headers;
  headers.emplace_back("Content-Security-Policy", std::move(policy));
  headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  headers.emplace_back("Permissions-Policy",
                       "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), "
                       "usb=()");
}

}  // namespace carillon::console
