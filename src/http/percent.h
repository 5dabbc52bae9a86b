// Percent-encoding of URLs and header fields (RFC 3986, section 2).
//
// Errors  None: read, a '%' that two hex digits do not follow stands for itself, as in browsers.
#pragma once

#include <string>
#include <string_view>

namespace carillon::http {

enum class Plus { keep, blank };  // in a query '+' is a blank, in a path it is a plus

std::string percent_decode(std::string_view text, Plus plus);

// All but the unreserved characters.
std::string percent_encode(std::string_view text);

}  // namespace carillon::http
