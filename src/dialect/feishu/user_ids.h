// The kinds of ids by which calls name and get told people: user_id_type, receive_id_type.
//
// Source  docs/wire/feishu/messages.md. open_id where a call says nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dialect/feishu/gateway.h"

namespace carillon::feishu {

enum class IdType : std::uint8_t { open_id, user_id, union_id, email, chat_id };

std::optional<IdType> find_id_type(std::string_view name);
std::string_view name_of(IdType type);

// The user_id_type of a query: one of the three that users have; open_id if it is absent.
// Errors  invalid_field.
Result<IdType> read_user_id_type(http::Request const& request);

// By an id of that kind; the second only somebody who is active.
std::optional<UserNo> find_user(Engine const& engine, Caller const& caller, IdType type,
                                std::string_view id);
std::optional<UserNo> find_active_user(Engine const& engine, Caller const& caller, IdType type,
                                       std::string_view id);
// What the caller knows this person as, by one of the three; empty for nobody.
std::string render_user_id(Engine const& engine, Caller const& caller, IdType type, UserNo user);

}  // namespace carillon::feishu
