// The vendor's spelling of ids: prefixes around what the core knows as 32 hex digits.
//
// Source  docs/wire/feishu/quirks.md: "bm-" is what we write, "bm_" is read as well, and the digits
//         count in any case. Nothing else of an id is judged by its form.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace carillon::feishu {

inline constexpr std::string_view kTenantTokenPrefix = "t-";
inline constexpr std::string_view kAppTokenPrefix = "a-";  // of store apps
inline constexpr std::string_view kChatPrefix = "oc_";     // of chats and dialogues

// The hex digits of a batch's id, a view into `text`.
// Errors  bad_batch_id.
Result<std::string_view> parse_batch_id(std::string_view text);
std::string batch_id(std::string_view hex);

}  // namespace carillon::feishu
