// What is done to departments one at a time: founded, renamed, moved with everyone below, closed.
//
// Shape   A field that is absent keeps what there is. The name is the only one of that name below
//         its parent. A department is closed only when nobody is in it and nothing below it; its
//         number is never given out again.
// Source  feishu.md section 6.4, dingtalk.md section 9.
// Errors  department_unknown, department_out_of_range, parent_unknown, parent_out_of_range,
//         department_id_taken, department_exists, department_name_taken, department_order_taken,
//         bad_department_id, bad_name, department_is_root, department_cycle, department_has_users,
//         department_has_children; key_reused; those of core/directory_change.h.
// Cost    See directory/directory_edit.h; 10,000 siblings take 0.1 ms to compare.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/directory_change.h"
#include "core/recall_batch.h"

namespace carillon {

enum class OrderClash : std::uint8_t { allowed, refused };  // an order that a sibling has

struct DepartmentFields {
  std::optional<std::string> department_id;  // of new ones only; absent or empty: one is made
  std::optional<std::string> name;
  std::optional<DepartmentNo> parent;
  std::optional<std::int64_t> order;  // absent with a new one: after its siblings
  OrderClash order_clash = OrderClash::allowed;
  std::function<void(DepartmentDetails&)> details;
};

struct NewDepartment {
  DirectoryCaller caller;
  DepartmentFields fields;
  RetryKey retry;
};

struct ChangeDepartment {
  DirectoryCaller caller;
  DepartmentNo department;
  DepartmentFields fields;
};

Result<Decided<DepartmentNo>> create_department(View& view, NewDepartment const& command);
Result<Decided<Nothing>> change_department(View& view, ChangeDepartment const& command);
Result<Decided<Nothing>> delete_department(View& view, DirectoryCaller const& caller,
                                           DepartmentNo department);

}  // namespace carillon
