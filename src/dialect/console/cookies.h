// The cookies by which browsers say who is signed in.
//
// Shape   HttpOnly, Path=/, SameSite=Strict but for one of some minutes. Where people reach us by
//         https they are Secure, and their names begin with "__Host-": no neighbour of our domain
//         can put one there then.
// Source  RFC 6265bis, 4.1.3.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "dialect/console/security_headers.h"
#include "http/message.h"

namespace carillon::console {

inline constexpr std::string_view kPersonCookie = "carillon_person";
inline constexpr std::string_view kOperatorCookie = "carillon_operator";

// Empty if there is none.
std::string_view find_cookie(http::Request const& request, std::string_view name, Scheme scheme);

// Strict cookies do not go along when somebody else's page sends the browser here.
enum class SameSite : std::uint8_t { strict, lax };

void set_cookie(http::Response& response, std::string_view name, std::string_view value,
                std::chrono::seconds life, Scheme scheme, SameSite same_site = SameSite::strict);
void clear_cookie(http::Response& response, std::string_view name, Scheme scheme,
                  SameSite same_site = SameSite::strict);

}  // namespace carillon::console
