// contact/v3/departments: one department at a time.
//
// Source  docs/wire/feishu/contact.md.
// In      create, patch, put: a body as contact_fields.h reads it; client_token with create.
// Out     create, get, patch, put: the department; delete: nothing. Department "0" is the root,
//         which can be asked for but not changed.
// Errors  docs/wire/feishu/errors.md, family contact departments.
// Cost    A commit and a read of the store; get: a read.
#pragma once

#include "dialect/feishu/dialect.h"
#include "dialect/feishu/gateway.h"
#include "dialect/feishu/scopes.h"
#include "http/message.h"

namespace carillon::feishu {

inline constexpr Api kCreateDepartment{0x120, Family::contact_departments, kContactWriteScopes};
inline constexpr Api kGetDepartment{0x121, Family::contact_departments, kContactReadScopes};
inline constexpr Api kPatchDepartment{0x122, Family::contact_departments, kContactWriteScopes};
inline constexpr Api kPutDepartment{0x123, Family::contact_departments, kContactWriteScopes};
inline constexpr Api kDeleteDepartment{0x124, Family::contact_departments, kContactWriteScopes};

void create_contact_department(Context& context, http::Request const& request, http::Reply reply);
void get_contact_department(Context& context, http::Request const& request,
                            http::Reply const& reply);
void patch_contact_department(Context& context, http::Request const& request, http::Reply reply);
void put_contact_department(Context& context, http::Request const& request, http::Reply reply);
void delete_contact_department(Context& context, http::Request const& request, http::Reply reply);

}  // namespace carillon::feishu
