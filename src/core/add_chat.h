// Making a chat that messages can share, and finding it again by its id.
//
// Errors  app_deleted, app_disabled, app_not_installed, bot_off, low_disk; those of
//         find_app_chat().
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/view.h"

namespace carillon {

struct AddChat {
  TenantNo tenant;
  AppNo app;
  AppChat chat;  // its key, app, generation and time are filled in
};

Result<Decided<AppChat>> add_chat(View& view, AddChat const& command);

// The hex digits of a chat's id, and of the dialogue between an app and a person.
std::string chat_id_hex(IdSealer const& ids, AppChat const& chat);
std::string dialogue_id_hex(IdSealer const& ids, TenantNo tenant, AppNo app, UserNo user,
                            std::uint8_t generation);

// The chat that an id ending with its digits stands for; and only if this app is in it.
// Errors  chat_unknown, also for another app's; unavailable.
using FindChat = std::function<Result<std::optional<AppChat>>(ChatKey const&)>;
Result<AppChat> find_chat_of_tenant(IdSealer const& ids, TenantNo tenant, std::string_view chat_id,
                                    FindChat const& find);
Result<AppChat> find_app_chat(IdSealer const& ids, TenantNo tenant, AppNo app,
                              std::string_view chat_id, FindChat const& find);

}  // namespace carillon
