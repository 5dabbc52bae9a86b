// A user and a department as contact/v3 shows them.
//
// Source  docs/wire/feishu/contact.md: every key is always there, but user_id (its scope),
//         custom_attrs (none) and the mobile number of an answer to a create.
// Cost    Pure; linear in what is shown.
#pragma once

#include "dialect/feishu/contact_call.h"
#include "json/writer.h"

namespace carillon::feishu {

// Names under which this dialect keeps JSON of its own in the details.
inline constexpr std::string_view kCustomAttrs = "feishu.custom_attrs";
inline constexpr std::string_view kUnitIds = "feishu.unit_ids";

enum class MobileShown : std::uint8_t { yes, no };

void write_user(json::Writer& out, ContactCall const& call, UserNo user, UserDetails const& details,
                MobileShown mobile = MobileShown::yes);
void write_user_status(json::Writer& out, Directory const& directory, UserNo user);
void write_department(json::Writer& out, ContactCall const& call, DepartmentNo department,
                      DepartmentDetails const& details);

}  // namespace carillon::feishu
