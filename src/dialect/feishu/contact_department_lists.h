// contact/v3/departments: what is below, above, or called like something; and contact/v3/scopes,
// which part of the directory an app may see.
//
// Source  docs/wire/feishu/contact.md.
// In      children: a department's id in the path; list: parent_department_id in the query, the
//         root by default; fetch_child=true shows everything below. parent: department_id; the
//         nearest first, without the root. search: {"query"}, a part of a name, in any case.
//         batch: up to 50 department_ids.
// Out     Departments as contact_json.h shows them, those out of the app's range left out. Of
//         scopes the users named, then the departments; of an app that sees everybody those just
//         below the root.
// Errors  docs/wire/feishu/errors.md, family contact departments.
// Cost    A walk over the departments, 10,000 in about 0.2 ms; a read of the store for each shown.
#pragma once

#include "dialect/feishu/dialect.h"
#include "dialect/feishu/gateway.h"
#include "dialect/feishu/scopes.h"
#include "http/message.h"

namespace carillon::feishu {

inline constexpr Api kDepartmentChildren{0x125, Family::contact_departments, kContactReadScopes};
inline constexpr Api kListDepartments{0x126, Family::contact_departments, kContactReadScopes};
inline constexpr Api kParentDepartments{0x127, Family::contact_departments, kContactReadScopes};
inline constexpr Api kSearchDepartments{0x128, Family::contact_departments, kContactReadScopes};
inline constexpr Api kBatchDepartments{0x129, Family::contact_departments, kContactReadScopes};
inline constexpr Api kContactScopesApi{0x12a, Family::contact_departments, kContactReadScopes};

void list_department_children(Context& context, http::Request const& request,
                              http::Reply const& reply);
void list_contact_departments(Context& context, http::Request const& request,
                              http::Reply const& reply);
void list_parent_departments(Context& context, http::Request const& request,
                             http::Reply const& reply);
void search_departments(Context& context, http::Request const& request, http::Reply const& reply);
void batch_contact_departments(Context& context, http::Request const& request,
                               http::Reply const& reply);
void list_contact_scopes(Context& context, http::Request const& request, http::Reply const& reply);

}  // namespace carillon::feishu
