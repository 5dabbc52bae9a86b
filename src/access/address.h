// Addresses from which an app may call: IPv4 or IPv6, single or CIDR.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace carillon {

bool is_address_pattern(std::string_view pattern);
// An empty list allows everybody; IPv4-mapped IPv6 addresses count as IPv4.
bool address_allowed(std::vector<std::string> const& patterns, std::string_view address);

}  // namespace carillon
