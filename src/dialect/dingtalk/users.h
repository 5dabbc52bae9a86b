// /topapi/v2/user: one user at a time.
//
// Source  docs/wire/dingtalk/directory.md.
// In      create: name (at most 80 characters), dept_id_list; userid, mobile, email and the rest if
//         wanted. update: userid and what changes. delete, get: userid.
// Out     result: {"userid","unionId"} of create, in this spelling; the user of get; nothing else.
// Errors  docs/wire/dingtalk/errors.md, the directory.
// Cost    A commit, or a read of the store.
#pragma once

#include "dialect/dingtalk/departments.h"

namespace carillon::dingtalk {

inline constexpr Api kCreateUser{0x230, Family::users, kDirectoryWriteScopes};
inline constexpr Api kUpdateUser{0x231, Family::users, kDirectoryWriteScopes};
inline constexpr Api kDeleteUser{0x232, Family::users, kDirectoryWriteScopes};
inline constexpr Api kGetUser{0x233, Family::users, kDirectoryReadScopes};

Result<void> create_user(Context& context, Call& call, Answer const& answer);
Result<void> update_user(Context& context, Call& call, Answer const& answer);
Result<void> delete_user(Context& context, Call& call, Answer const& answer);
Result<void> get_user(Context& context, Call& call, Answer const& answer);

// The members of a user's object but its departments' lists; open, so that more can follow.
void begin_user(json::Writer& out, Caller const& caller, IdSealer const& ids, UserNo user,
                UserDetails const& details);
DepartmentPlace place_in(UserDetails const& details, DepartmentNo department);

}  // namespace carillon::dingtalk
