// /topapi/v2/department: one department at a time, and who is above and below.
//
// Source  docs/wire/dingtalk/directory.md.
// In      create: name (at most 64 characters), parent_id; update: dept_id and what changes; order,
//         source_identifier, dept_manager_userid_list, hide_dept, create_dept_group,
//         auto_add_user. delete, get, listparentbydept: dept_id; listsub, listsubid: dept_id, the
//         root if absent; listparentbyuser: userid.
// Out     result: {"dept_id"} of create, nothing of update and delete, the department of get, lists
//         of the others, which begin with the department itself and end with the root.
// Errors  docs/wire/dingtalk/errors.md, the directory.
// Cost    A commit, or a read of the store; lists of numbers from memory.
#pragma once

#include <array>

#include "dialect/dingtalk/call.h"

namespace carillon::dingtalk {

// One of them opens the questions about the directory, the last one also its changes.
inline constexpr std::array<std::string_view, 4> kDirectoryReadScopes{
    "qyapi_get_department_list", "qyapi_get_department_member", "qyapi_get_member",
    "qyapi_manage_addresslist"};
inline constexpr std::array<std::string_view, 1> kDirectoryWriteScopes{"qyapi_manage_addresslist"};

inline constexpr Api kCreateDepartment{0x220, Family::departments, kDirectoryWriteScopes};
inline constexpr Api kUpdateDepartment{0x221, Family::departments, kDirectoryWriteScopes};
inline constexpr Api kDeleteDepartment{0x222, Family::departments, kDirectoryWriteScopes};
inline constexpr Api kGetDepartment{0x223, Family::departments, kDirectoryReadScopes};
inline constexpr Api kListSub{0x224, Family::departments, kDirectoryReadScopes};
inline constexpr Api kListSubId{0x225, Family::departments, kDirectoryReadScopes};
inline constexpr Api kListParentByDept{0x226, Family::departments, kDirectoryReadScopes};
inline constexpr Api kListParentByUser{0x227, Family::departments, kDirectoryReadScopes};

Result<void> create_department(Context& context, Call& call, Answer const& answer);
Result<void> update_department(Context& context, Call& call, Answer const& answer);
Result<void> delete_department(Context& context, Call& call, Answer const& answer);
Result<void> get_department(Context& context, Call& call, Answer const& answer);
Result<void> list_sub_departments(Context& context, Call& call, Answer const& answer);
Result<void> list_sub_department_ids(Context& context, Call& call, Answer const& answer);
Result<void> list_parents_of_department(Context& context, Call& call, Answer const& answer);
Result<void> list_parents_of_user(Context& context, Call& call, Answer const& answer);

}  // namespace carillon::dingtalk
