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

}  // namespace carillon::feishu
