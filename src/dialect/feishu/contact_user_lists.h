// contact/v3/users: lists of users, and who has which mail address or mobile number.
//
// Source  docs/wire/feishu/contact.md.
// In      find_by_department and the older list: department_id ("0" is the root, and the older
//         list's default), page_size, page_token: direct members only. batch: up to 50 user_ids.
//         batch_get_id: up to 50 emails and 50 mobiles in a body, or in the query of user/v1.
// Out     Users as contact_json.h shows them. Of batch_get_id one entry for each input, without
//         user_id where nobody in the app's range has it; of user/v1 maps, and lists of the rest.
// Errors  docs/wire/feishu/errors.md, family contact users.
// Cost    A read of the store for each user shown; look-ups are answered from memory.
#pragma once

#include "dialect/feishu/dialect.h"
#include "dialect/feishu/gateway.h"
#include "dialect/feishu/scopes.h"
#include "http/message.h"

namespace carillon::feishu {

inline constexpr Api kFindByDepartment{0x115, Family::contact_users, kContactReadScopes};
inline constexpr Api kListUsers{0x116, Family::contact_users, kContactReadScopes};
inline constexpr Api kBatchUsers{0x117, Family::contact_users, kContactReadScopes};
inline constexpr Api kBatchGetId{0x118, Family::contact_users, kLookupScopes};
inline constexpr Api kBatchGetIdV1{0x119, Family::contact_users, kLookupScopes};

void find_users_by_department(Context& context, http::Request const& request,
                              http::Reply const& reply);
void list_contact_users(Context& context, http::Request const& request, http::Reply const& reply);
void batch_contact_users(Context& context, http::Request const& request, http::Reply const& reply);
void batch_get_user_id(Context& context, http::Request const& request, http::Reply const& reply);
void batch_get_user_id_v1(Context& context, http::Request const& request, http::Reply const& reply);

}  // namespace carillon::feishu
