// What is done to operators' accounts: an admin creates, changes, removes them; whoever comes from
// the OpenID provider is admitted.
//
// Shape   Each decision writes the account's row and puts a changed organisation in force. A change
//         of role or password and a removal raise the revision, which ends the account's sessions;
//         a patch with nothing in it changes nothing.
// Errors  not_found, already_exists, invalid_field; import_running while an import is applied.
#pragma once

#include <optional>
#include <string>

#include "core/recall_batch.h"
#include "core/view.h"

namespace carillon {

struct NewOperator {
  std::string name;
  Role role = Role::viewer;
  std::string password_hash;  // empty: no password
};

struct OperatorPatch {
  std::string name;
  std::optional<Role> role;
  std::optional<std::string> password_hash;
};

Result<Decided<Operator>> create_operator(View& view, NewOperator const& command);
// Somebody whom the OpenID provider vouches for, by its name for them: their account is made, or
// brought in line with the role that they have there now.
Result<Decided<Operator>> admit_operator(View& view, std::string const& name, Role role);
Result<Decided<Operator>> patch_operator(View& view, OperatorPatch const& command);
Result<Decided<Nothing>> remove_operator(View& view, std::string const& name);

}  // namespace carillon
