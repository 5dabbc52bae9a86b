// The vendor's names of the rights that its apps are granted.
#pragma once

#include <array>
#include <string_view>

namespace carillon::feishu {

inline constexpr std::string_view kSendMessage = "im:message";
inline constexpr std::string_view kSendAsBot = "im:message:send_as_bot";
inline constexpr std::string_view kSendToDepartments = "im:message:send_multi_depts";
inline constexpr std::string_view kSendToUsers = "im:message:send_multi_users";

inline constexpr std::string_view kSendOnly = "im:message:send";
inline constexpr std::string_view kReadMessages = "im:message:readonly";
inline constexpr std::string_view kRecallMessages = "im:message:recall";
inline constexpr std::string_view kResources = "im:resource";
inline constexpr std::string_view kUploadResources = "im:resource:upload";
inline constexpr std::string_view kChats = "im:chat";
inline constexpr std::string_view kCreateChats = "im:chat:create";
inline constexpr std::string_view kReadChats = "im:chat:readonly";

// One of these opens the calls about images, about messages to one person, about chats.
inline constexpr std::array<std::string_view, 2> kUploadScopes{kResources, kUploadResources};
inline constexpr std::array<std::string_view, 1> kDownloadScopes{kResources};
inline constexpr std::array<std::string_view, 3> kMessageScopes{kSendMessage, kSendAsBot,
                                                                kSendOnly};
inline constexpr std::array<std::string_view, 2> kMessageReadScopes{kSendMessage, kReadMessages};
inline constexpr std::array<std::string_view, 3> kMessageRecallScopes{kSendMessage, kSendAsBot,
                                                                      kRecallMessages};
inline constexpr std::array<std::string_view, 2> kChatCreateScopes{kChats, kCreateChats};
inline constexpr std::array<std::string_view, 2> kChatReadScopes{kChats, kReadChats};

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
