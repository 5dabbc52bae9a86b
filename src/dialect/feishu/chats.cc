#include "dialect/feishu/chats.h"

#include <set>
#include <utility>

#include "core/add_chat.h"
#include "core/contact_range.h"
#include "dialect/feishu/envelope.h"
#include "dialect/feishu/ids.h"
#include "dialect/feishu/user_ids.h"
#include "json/reader.h"
#include "json/writer.h"

namespace carillon::feishu {
namespace {

constexpr std::size_t kChatNameBytesMax = 255;
constexpr std::size_t kDescriptionBytesMax = 1024;
constexpr std::size_t kUsersMax = 50;
constexpr std::size_t kBotsMax = 5;
constexpr std::string_view kUsualName = "(no subject)";

Result<std::string> read_chat_text(json::Value root, std::string_view key, std::size_t bytes_max) {
  auto const value = root.find_present(key);
  if (!value) return std::string();
  if (!value->is_string() || value->string().size() > bytes_max) {
    return fail(Errc::invalid_field, std::string(key) + ": must be a text of at most " +
                                         std::to_string(bytes_max) + " bytes");
  }
  return std::string(value->string());
}

// Calls take(id) for the ids of a list.
template <class Take>
Result<void> read_list(json::Value root, std::string_view key, std::size_t count_max,
                       Take const& take) {
  auto const list = root.find_present(key);
  if (!list) return {};
  if (!list->is_array() || list->size() > count_max) {
    return fail(Errc::invalid_field, std::string(key) + ": must be an array of at most " +
                                         std::to_string(count_max) + " ids");
  }
  for (auto const entry : list->elements()) {
    if (!take(entry.string())) {
      return fail(Errc::invalid_field,
                  std::string(key) + ": there is no " + std::string(entry.string()));
    }
  }
  return {};
}

// Whom the app may know of; others are like nobody.
std::optional<UserNo> find_known_user(Context const& context, Caller const& caller, IdType id_type,
                                      std::string_view id) {
  auto user = find_active_user(context.engine, caller, id_type, id);
  if (user && !in_range(caller.directory(), *caller.app, *user)) user.reset();
  return user;
}

// The refusal of a call that asks for the tenant's own ids without the right to see them.
std::optional<http::Response> refuse_user_ids(Caller const& caller, http::Request const& request,
                                              Api const& api) {
  auto const type = read_user_id_type(request);
  if (!type || *type != IdType::user_id || holds_any(*caller.app, kUserIdScopes)) {
    return std::nullopt;
  }
  return scope_failure(wire_error(Family::chat, Errc::scope_missing), kUserIdScopes, api.number,
                       request.log_id, ScopeKind::field);
}

Result<AppChat> read_chat(Context const& context, Caller const& caller,
                          http::Request const& request) {
  TRY(auto const document, json::parse_json(request.body));
  auto const root = document.root();
  if (!root.is_object()) return fail(Errc::bad_json, "not an object");
  TRY(auto const id_type, read_user_id_type(request));
  AppChat chat;
  TRY(chat.name, read_chat_text(root, "name", kChatNameBytesMax));
  if (chat.name.empty()) chat.name = kUsualName;
  TRY(chat.description, read_chat_text(root, "description", kDescriptionBytesMax));
  TRY(auto const mode, read_chat_text(root, "chat_mode", kChatNameBytesMax));
  if (!mode.empty() && mode != "group") {
    return fail(Errc::invalid_field, "chat_mode: must be group");
  }
  TRY(auto const type, read_chat_text(root, "chat_type", kChatNameBytesMax));
  if (!type.empty() && type != "private" && type != "public") {
    return fail(Errc::invalid_field, "chat_type: must be private or public");
  }
  chat.is_public = type == "public";
  TRY(auto const owner, read_chat_text(root, "owner_id", kChatNameBytesMax));
  if (!owner.empty()) {
    auto const user = find_known_user(context, caller, id_type, owner);
    if (!user) return fail(Errc::invalid_field, "owner_id: there is no " + owner);
    chat.owner = *user;
  }
  std::set<UserNo> users;
  if (chat.owner) users.insert(chat.owner);
  CHECK_OK(read_list(root, "user_id_list", kUsersMax, [&](std::string_view id) {
    auto const user = find_known_user(context, caller, id_type, id);
    if (user) users.insert(*user);
    return user.has_value();
  }));
  std::set<AppNo> apps{caller.app->no};
  CHECK_OK(read_list(root, "bot_id_list", kBotsMax, [&](std::string_view id) {
    auto const* app = caller.organisation->apps->find(id);
    if (app == nullptr || !caller.organisation->apps->installed(caller.tenant, app->no)) {
      return false;
    }
    apps.insert(app->no);
    return true;
  }));
  chat.users = static_cast<std::uint32_t>(users.size());
  chat.apps = static_cast<std::uint32_t>(apps.size());
  return chat;
}

std::string render_chat(Context const& context, Caller const& caller, IdType id_type,
                        std::string_view chat_id, AppChat const& chat) {
  std::string data;
  json::Writer out(data);
  out.begin_object().field("chat_id", chat_id).field("avatar", "").field("name", chat.name);
  out.field("description", chat.description);
  if (chat.owner) {
    out.field("owner_id", render_user_id(context.engine, caller, id_type, chat.owner));
    out.field("owner_id_type", name_of(id_type));
  } else {
    out.field("owner_id", "").field("owner_id_type", "");
  }
  out.field("add_member_permission", "all_members").field("share_card_permission", "allowed");
  out.field("at_all_permission", "all_members").field("edit_permission", "all_members");
  out.field("chat_mode", "group").field("chat_type", chat.is_public ? "public" : "private");
  out.field("chat_tag", "inner").field("external", false);
  out.field("tenant_key", caller.directory().tenant().tenant_key);
  out.field("user_count", std::to_string(chat.users));
  out.field("bot_count", std::to_string(chat.apps)).field("chat_status", "normal").end_object();
  return data;
}

Result<AppChat> find_chat(Context const& context, Caller const& caller, Reader& reader,
                          std::string_view chat_id) {
  if (auto const* imported = caller.directory().find_chat(chat_id)) {
    AppChat out;
    out.name = imported->name;
    return out;
  }
  TRY(auto chat,
      find_chat_of_tenant(context.engine.ids(), caller.tenant, chat_id,
                          [&](ChatKey const& key) { return reader.find_app_chat(key); }));
  if (chat.app != caller.app->no) return fail(Errc::forbidden);
  return chat;
}

}  // namespace

void create_chat(Context& context, http::Request const& request, http::Reply reply) {
  auto admitted = admit(context, request, kCreateChat);
  if (auto* refusal = std::get_if<http::Response>(&admitted)) return reply(std::move(*refusal));
  auto caller = std::move(std::get<Caller>(admitted));
  auto const refuse = [&context, log_id = request.log_id](http::Reply const& to,
                                                          Error const& error) {
    to(failure(context.settings, Family::chat, error, log_id));
  };
  if (auto refusal = refuse_user_ids(caller, request, kCreateChat)) {
    return reply(std::move(*refusal));
  }
  auto chat = read_chat(context, caller, request);
  if (!chat) return refuse(reply, chat.error());
  AddChat const command{caller.tenant, caller.app->no, *std::move(chat)};
  auto const id_type = *read_user_id_type(request);
  context.engine.write<AppChat>(
      [command](View& view) { return add_chat(view, command); },
      [=, &context](Result<AppChat> made) {
        if (!made) return refuse(reply, made.error());
        auto const id = std::string(kChatPrefix) + chat_id_hex(context.engine.ids(), *made);
        reply(success("success", render_chat(context, caller, id_type, id, *made)));
      });
}

void get_chat(Context& context, http::Request const& request, http::Reply reply) {
  auto admitted = admit(context, request, kGetChat);
  if (auto* refusal = std::get_if<http::Response>(&admitted)) return reply(std::move(*refusal));
  auto caller = std::move(std::get<Caller>(admitted));
  auto const refuse = [&context, log_id = request.log_id](http::Reply const& to,
                                                          Error const& error) {
    to(failure(context.settings, Family::chat, error, log_id));
  };
  auto const id_type = read_user_id_type(request);
  if (!id_type) return refuse(reply, id_type.error());
  if (auto refusal = refuse_user_ids(caller, request, kGetChat)) {
    return reply(std::move(*refusal));
  }
  if (!caller.app->bot) return refuse(reply, fail(Errc::bot_off));
  bool const taken = context.engine.read(
      [=, &context, id = request.params.front(), type = *id_type](Reader& reader) {
        auto const chat = find_chat(context, caller, reader, id);
        if (!chat) return refuse(reply, chat.error());
        reply(success("success", render_chat(context, caller, type, id, *chat)));
      });
  if (!taken) refuse(reply, fail(Errc::overloaded));
}

}  // namespace carillon::feishu
