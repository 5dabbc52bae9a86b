// What makes two mail addresses or two mobile numbers the same.
//
// Source  Numbers are compared by their digits; one without a country code is one of +86, as both
//         vendors read it. Addresses are compared without regard to the case of ASCII letters.
// Cost    Pure.
#pragma once

#include <string>
#include <string_view>

namespace carillon {

// "+86 138-0000-0000" and "13800000000" have one key. Empty: no number at all.
std::string mobile_key(std::string_view mobile);
std::string email_key(std::string_view email);

}  // namespace carillon
