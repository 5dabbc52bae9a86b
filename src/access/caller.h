// A call that a dialect let in, and as whom.
#pragma once

#include <memory>

#include "access/organisation.h"
#include "base/clock.h"

namespace carillon {

// The organisation is the one that the call was checked against; `app` is of it.
struct Caller {
  std::shared_ptr<Organisation const> organisation;
  TenantNo tenant;
  App const* app;
  Time now;

  Directory const& directory() const { return *organisation->find(tenant); }
};

}  // namespace carillon
