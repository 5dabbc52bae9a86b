// The receipts of a batch along the department tree: for a department and those right below it, how
// many of everyone below have it and have read it.
//
// Shape   Set algebra: the batch's sets, each cut with the transitive members that the directory
//         keeps. Somebody in several departments counts in each of them; who left a department
//         since counts in none.
// Source  design.md section 1.
// Cost    Reads the sets, slices and receipts of the batch once, whatever is asked of them: for a
//         million readers about a third of a second, else milliseconds. Engine reader threads.
#pragma once

#include <cstdint>
#include <vector>

#include "batch/batch_store.h"
#include "directory/directory.h"

namespace carillon {

struct DepartmentReceipts {
  DepartmentNo department;
  std::uint64_t valid = 0;
  std::uint64_t delivered = 0;
  std::uint64_t read = 0;
};

struct ReceiptTree {
  DepartmentReceipts top;
  std::vector<DepartmentReceipts> below;  // those of whom the batch names somebody
};

Result<ReceiptTree> count_receipts(BatchStore& store, BatchKey const& batch,
                                   Directory const& directory, DepartmentNo top);

}  // namespace carillon
