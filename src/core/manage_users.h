// What is done to users one at a time: taken on, changed, moved, let go.
//
// Shape   A field that is absent keeps what there is. Who resigns keeps their number, so that what
//         they received and read stays counted; their ids may be given to somebody else, who gets
//         another number.
// Source  feishu.md section 6.3, dingtalk.md section 9.
// Errors  user_unknown (also resigned), user_out_of_range, department_unknown,
//         department_out_of_range, user_id_taken, mobile_taken, email_taken, contacts_of_two,
//         bad_user_id, bad_mobile, bad_email, bad_name; key_reused; those of
//         core/directory_change.h.
// Cost    See directory/directory_edit.h; details cost a read of the store.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/directory_change.h"
#include "core/recall_batch.h"

namespace carillon {

struct UserFields {
  std::optional<std::string> user_id;  // of new users only; absent or empty: one is made
  std::optional<std::string> name;
  std::optional<std::string> email;  // empty: none from now on
  std::optional<std::string> mobile;
  std::optional<bool> active;
  std::optional<std::vector<DepartmentNo>> departments;  // empty: the root
  std::function<void(UserDetails&)> details;             // changes what it wants to; none: nothing
};

struct NewUser {
  DirectoryCaller caller;
  UserFields fields;
  RetryKey retry;
};

struct ChangeUser {
  DirectoryCaller caller;
  UserNo user;
  UserFields fields;
};

Result<Decided<UserNo>> create_user(View& view, NewUser const& command);
Result<Decided<Nothing>> change_user(View& view, ChangeUser const& command);
Result<Decided<Nothing>> delete_user(View& view, DirectoryCaller const& caller, UserNo user);

}  // namespace carillon
