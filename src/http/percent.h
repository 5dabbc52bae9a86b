// Percent-encoding of URLs, read only.
//
// Errors  None: a '%' that two hex digits do not follow stands for itself, as in browsers.
#pragma once

#include <string>
#include <string_view>

namespace carillon::http {

enum class Plus { keep, blank };  // in a query '+' is a blank, in a path it is a plus

std::string percent_decode(std::string_view text, Plus plus);

}  // namespace carillon::http
