#include "dialect/feishu/user_ids.h"

#include <array>

namespace carillon::feishu {
namespace {

// By IdType.
constexpr std::array<std::string_view, 5> kNames{"open_id", "user_id", "union_id", "email",
                                                 "chat_id"};

}  // namespace

std::optional<IdType> find_id_type(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<IdType>(i);
  }
  return std::nullopt;
}

std::string_view name_of(IdType type) { return kNames[static_cast<std::size_t>(type)]; }

Result<IdType> read_user_id_type(http::Request const& request) {
  auto const name = request.query_param("user_id_type");
  if (name.empty()) return IdType::open_id;
  auto const type = find_id_type(name);
  if (type && *type <= IdType::union_id) return *type;
  return fail(Errc::invalid_field, "user_id_type: must be open_id, user_id or union_id");
}

std::optional<UserNo> find_user(Engine const& engine, Caller const& caller, IdType type,
                                std::string_view id) {
  auto const& directory = caller.directory();
  switch (type) {
    case IdType::open_id:
      return directory.find_open_id(caller.app->no, id, engine.ids());
    case IdType::user_id:
      return directory.find_user(id);
    case IdType::union_id:
      return directory.find_union_id(caller.app->developer, id, engine.ids());
    case IdType::email:
      return directory.find_email(id);
    case IdType::chat_id:
      break;
  }
  return std::nullopt;
}

std::optional<UserNo> find_active_user(Engine const& engine, Caller const& caller, IdType type,
                                       std::string_view id) {
  auto user = find_user(engine, caller, type, id);
  if (user && !caller.directory().active().contains(*user)) user.reset();
  return user;
}

std::string render_user_id(Engine const& engine, Caller const& caller, IdType type, UserNo user) {
  auto const& directory = caller.directory();
  if (!user || !directory.has_user(user)) return {};
  if (type == IdType::user_id) return std::string(directory.user_id(user));
  if (type == IdType::union_id) {
    return directory.union_id(caller.app->developer, user, engine.ids());
  }
  return directory.open_id(caller.app->no, user, engine.ids());
}

}  // namespace carillon::feishu
