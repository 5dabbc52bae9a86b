#include "dialect/feishu/content_rules.h"

#include <utility>

#include "dialect/feishu/scopes.h"

namespace carillon::feishu {

SendRights const& batch_rights() {
  static SendRights const rights{{std::string(kSendMessage), std::string(kSendAsBot)},
                                 std::string(kSendToUsers),
                                 std::string(kSendToDepartments)};
  return rights;
}

Result<void> check_size(Settings const& settings, MsgType type, std::size_t body_bytes,
                        std::size_t content_bytes) {
  bool const rich = type == MsgType::post || type == MsgType::interactive;
  auto const bytes = rich ? content_bytes : body_bytes;
  auto const bytes_max = rich ? settings.rich_bytes_max : settings.text_bytes_max;
  if (bytes_max != 0 && bytes > bytes_max) {
    return fail(Errc::too_large, std::string(name_of(type)) + ": " + std::to_string(bytes) +
                                     " bytes, at most " + std::to_string(bytes_max));
  }
  return {};
}

Result<void> fill_in(Context const& context, MsgType type, json::Value content,
                     std::string minified, SendBatch& command) {
  TRY(auto message, read_message(type, content));
  if (context.audit && context.audit->refuses(message.visible_text)) {
    return fail(Errc::content_refused);
  }
  command.content = {std::string(name_of(type)), std::move(minified)};
  command.image_keys = std::move(message.image_keys);
  command.chat_id = std::move(message.chat_id);
  command.mentions_all = message.mentions_all;
  command.daily_recipients = context.settings.daily_recipients;
  return {};
}

bool BatchRules::takes(Organisation const&, TenantNo, App const&, std::string_view msg_type) const {
  return find_msg_type(msg_type).has_value();
}

Result<void> BatchRules::fill_in(SendBatch& command, App const&, std::string_view msg_type,
                                 std::string_view json) const {
  auto const type = find_msg_type(msg_type);
  if (!type) return fail(Errc::invalid_field, "msg_type: not a type that batch messages have");
  TRY(auto const document, json::parse_json(json));
  auto minified = json::minified(document.root());
  CHECK_OK(check_size(context_.settings, *type, minified.size(), minified.size()));
  return feishu::fill_in(context_, *type, document.root(), std::move(minified), command);
}

}  // namespace carillon::feishu
