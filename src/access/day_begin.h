// When a calendar day begins: where a daily quota starts again.
#pragma once

#include <string>

#include "access/quota.h"
#include "base/clock.h"

namespace carillon {

// In an IANA zone; an unknown one counts as UTC+8.
Time day_begin(Day day, std::string const& timezone);

}  // namespace carillon
