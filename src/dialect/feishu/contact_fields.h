// The bodies of contact/v3's writing calls: from JSON to the fields of the use cases.
//
// Source  docs/wire/feishu/contact.md. Absent and null are alike: a PATCH keeps what there is, a
//         PUT and a POST take the default.
// Errors  invalid_field with the field's name before a colon: a type, a length or a number that the
//         page does not allow (99992402); bad_content: a value that cannot be (40001, 40018);
//         user_unknown, department_unknown; of new users contact_missing, mobile_missing; of new
//         departments bad_name, parent_missing.
// Cost    Pure; linear in the body.
#pragma once

#include "core/manage_departments.h"
#include "core/manage_users.h"
#include "dialect/feishu/contact_call.h"
#include "json/reader.h"

namespace carillon::feishu {

enum class Writing : std::uint8_t { create, patch, put };

Result<UserFields> parse_user(ContactCall const& call, json::Value body, Writing writing);
Result<DepartmentFields> parse_department(ContactCall const& call, json::Value body,
                                          Writing writing);

}  // namespace carillon::feishu
