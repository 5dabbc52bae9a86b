// A chat that an app has made, for its messages to share. (Imported chats are the tenant's own and
// in its directory.)
//
// Shape   Nobody talks in it here: it is known by its id, its name and who made it. The app that
//         made it is in it, and so may share it.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/number.h"
#include "directory/numbers.h"

namespace carillon {

struct ChatTag {};
using ChatNo = Number<ChatTag, std::uint64_t>;  // below 2^40, ascending per tenant

struct ChatKey {
  TenantNo tenant;
  ChatNo chat;

  friend auto operator<=>(ChatKey const&, ChatKey const&) = default;
};

struct AppChat {
  ChatKey key;
  AppNo app;  // which made it
  std::uint8_t generation = 0;
  std::string name;
  std::string description;
  bool is_public = false;
  UserNo owner;             // 0: the app itself
  std::uint32_t users = 0;  // members when it was made
  std::uint32_t apps = 1;   // likewise, with the one that made it
  Time created_at{};

  friend bool operator==(AppChat const&, AppChat const&) = default;
};

}  // namespace carillon
