// Read receipts: the first read of a person counts, with its time; repeats change nothing.
//
// Source  design.md section 2.3: a read reported after a recall counts if the message had reached
//         that person before it. Batches that never reached the person are passed over.
#pragma once

#include <cstdint>
#include <vector>

#include "core/view.h"

namespace carillon {

struct MarkRead {
  TenantNo tenant;
  UserNo user;
  std::vector<BatchNo> batches;
};

struct MarkReadAnswer {
  std::uint32_t newly_read = 0;
};

Result<Decided<MarkReadAnswer>> mark_read(View& view, MarkRead const& command);

}  // namespace carillon
