// The vendor's names of the rights that its apps are granted.
#pragma once

#include <array>
#include <string_view>

namespace carillon::feishu {

inline constexpr std::string_view kSendMessage = "im:message";
inline constexpr std::string_view kSendAsBot = "im:message:send_as_bot";
inline constexpr std::string_view kSendToDepartments = "im:message:send_multi_depts";
inline constexpr std::string_view kSendToUsers = "im:message:send_multi_users";

// One of them opens the im/v1 calls about batches.
inline constexpr std::array<std::string_view, 2> kBatchScopes{kSendToDepartments, kSendToUsers};

// One of them opens the questions about the directory, the last one also its changes.
inline constexpr std::array<std::string_view, 5> kContactReadScopes{
    "contact:contact.base:readonly", "contact:contact:access_as_app", "contact:contact:readonly",
    "contact:contact:readonly_as_app", "contact:contact"};
inline constexpr std::array<std::string_view, 1> kContactWriteScopes{"contact:contact"};
// Who has a mail address or a mobile number.
inline constexpr std::array<std::string_view, 2> kLookupScopes{"contact:user.id:readonly",
                                                               "contact:contact"};
// The tenant's own user_ids, in answers and as the kind of ids of a call.
inline constexpr std::array<std::string_view, 1> kUserIdScopes{"contact:user.employee_id:readonly"};

}  // namespace carillon::feishu
