// Daily quotas: how many recipients an app may address in its tenant's calendar day.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "directory/numbers.h"

namespace carillon {

// A calendar day in some time zone, as days since 1970-01-01.
using Day = std::int32_t;

// The day in an IANA zone; an unknown zone counts as UTC+8 (feishu.md 10.11).
Day day_of(Time at, std::string const& timezone);
bool is_timezone(std::string const& name);

struct QuotaKey {
  TenantNo tenant;
  AppNo app;
  Day day = 0;

  friend auto operator<=>(QuotaKey const&, QuotaKey const&) = default;
};

}  // namespace carillon
