// The cookies by which browsers say who is signed in.
//
// Shape   HttpOnly, SameSite=Strict, Path=/. Where people reach us by https they are Secure, and
//         their names begin with "__Host-": no neighbour of our domain can put one there then.
// Source  RFC 6265bis, 4.1.3.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "dialect/console/security_headers.h"
#include "http/message.h"

namespace carillon::console {

inline constexpr std::string_view kPersonCookie = "carillon_person";
inline constexpr std::string_view kOperatorCookie = "carillon_operator";

// Empty if there is none.
std::string_view find_cookie(http::Request const& request, std::string_view name, Scheme scheme);

void set_cookie(http::Response& response, std::string_view name, std::string_view value,
                std::chrono::seconds life, Scheme scheme);
void clear_cookie(http::Response& response, std::string_view name, Scheme scheme);

}  // namespace carillon::console
