// Reading what of a directory is not kept in memory. Writing goes through ledger/ledger.h.
//
// Errors  unavailable if the store does not answer.
// Cost    A call may wait for the disk: engine threads only. One instance serves one thread.
#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "directory/entities.h"

namespace carillon {

class DirectoryStore {
 public:
  virtual ~DirectoryStore() = default;

  // In the order asked for; empty where there are none.
  virtual Result<std::vector<UserDetails>> user_details(TenantNo tenant,
                                                        std::span<UserNo const> users) = 0;
  virtual Result<std::vector<DepartmentDetails>> department_details(
      TenantNo tenant, std::span<DepartmentNo const> departments) = 0;
};

}  // namespace carillon
