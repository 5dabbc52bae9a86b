#include "core/department_receipts.h"

#include "core/recipient_sets.h"

namespace carillon {

Result<ReceiptTree> count_receipts(BatchStore& store, BatchKey const& batch,
                                   Directory const& directory, DepartmentNo top) {
  TRY(auto const sets, load_recipient_sets(store, batch));
  auto valid = sets.audience.deliverable | sets.audience.unavailable;
  for (auto const& kept : sets.audience.withheld) valid |= kept.users;
  auto const count = [&](DepartmentNo department) {
    auto const& members = directory.members_below(department);
    return DepartmentReceipts{department, members.count_common(valid),
                              members.count_common(sets.delivered),
                              members.count_common(sets.readers)};
  };
  ReceiptTree out;
  out.top = count(top);
  for (auto const child : directory.children(top)) {
    auto const row = count(child);
    if (row.valid != 0) out.below.push_back(row);
  }
  return out;
}

}  // namespace carillon
