// Lists and look-ups of users under /topapi/v2/user and /topapi/user.
//
// Source  docs/wire/dingtalk/directory.md.
// In      v2 list and listsimple: dept_id, cursor (0 to begin with), size from 1 to 100; listid:
//         dept_id. getbymobile: mobile; getbyunionid: unionid; count: only_active.
// Out     Direct members of the department; has_more and, with it, next_cursor.
// Errors  docs/wire/dingtalk/errors.md, the directory.
// Cost    A read of the store for each user that list shows; the rest from memory.
#pragma once

#include "dialect/dingtalk/departments.h"

namespace carillon::dingtalk {

inline constexpr std::array<std::string_view, 2> kMobileScopes{"qyapi_get_member_by_mobile",
                                                               "qyapi_manage_addresslist"};

inline constexpr Api kListUsers{0x234, Family::users, kDirectoryReadScopes};
inline constexpr Api kListUserIds{0x235, Family::users, kDirectoryReadScopes};
inline constexpr Api kListUsersSimply{0x236, Family::users, kDirectoryReadScopes};
inline constexpr Api kGetByMobile{0x237, Family::users, kMobileScopes};
inline constexpr Api kGetByUnionId{0x238, Family::users, kDirectoryReadScopes};
inline constexpr Api kCountUsers{0x239, Family::users, kDirectoryReadScopes};

Result<void> list_users(Context& context, Call& call, Answer const& answer);
Result<void> list_user_ids(Context& context, Call& call, Answer const& answer);
Result<void> list_users_simply(Context& context, Call& call, Answer const& answer);
Result<void> get_user_by_mobile(Context& context, Call& call, Answer const& answer);
Result<void> get_user_by_union_id(Context& context, Call& call, Answer const& answer);
Result<void> count_users(Context& context, Call& call, Answer const& answer);

}  // namespace carillon::dingtalk
