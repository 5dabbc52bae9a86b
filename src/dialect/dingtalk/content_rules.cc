#include "dialect/dingtalk/content_rules.h"

#include <utility>

namespace carillon::dingtalk {

SendRights const& notification_rights() {
  static SendRights const rights{{}, {}, {}, false};
  return rights;
}

FlowLimits flow_limits(Settings const& settings, AppKind kind) {
  bool const store = kind == AppKind::store;
  FlowLimits out{};
  auto const set = [&](FlowRule rule, std::uint32_t limit) {
    out[static_cast<std::size_t>(rule)] = limit;
  };
  set(FlowRule::same_content, settings.same_content_per_day);
  set(FlowRule::person_day, store ? settings.store_per_user_per_day : settings.per_user_per_day);
  set(FlowRule::everybody_day, settings.to_all_per_day);
  set(FlowRule::call, store ? settings.store_recipients_per_call : settings.recipients_per_call);
  set(FlowRule::app_minute, settings.recipients_per_minute);
  // An organisation's own apps share its minute; a store app has one for all organisations.
  set(store ? FlowRule::everywhere_minute : FlowRule::tenant_minute,
      settings.total_recipients_per_minute);
  return out;
}

Result<void> fill_in(Context const& context, AppKind kind, Message message, SendBatch& command) {
  auto const bytes_max = context.settings.msg_bytes_max;
  if (bytes_max != 0 && message.json.size() > bytes_max) {
    return fail(Errc::too_large, "msg: too long");
  }
  if (context.audit && context.audit->refuses(message.visible_text)) {
    return fail(Errc::content_refused);
  }
  command.content = {std::move(message.type), std::move(message.json), std::move(message.hash)};
  command.image_keys = std::move(message.media_ids);
  command.files_are = message.media_are;
  command.flow = flow_limits(context.settings, kind);
  return {};
}

bool NotificationRules::takes(Organisation const& organisation, TenantNo tenant, App const& app,
                              std::string_view msg_type) const {
  auto const* installation = organisation.apps->installation(tenant, app.no);
  bool const has_agent =
      app.agent_id != 0 || (installation != nullptr && installation->agent_id != 0);
  return has_agent && is_msg_type(msg_type);
}

Result<void> NotificationRules::fill_in(SendBatch& command, App const& app,
                                        std::string_view msg_type, std::string_view json) const {
  TRY(auto const document, json::parse_json(json));
  auto read = read_message(msg_type, document.root());
  if (auto const* fault = std::get_if<WireError>(&read)) {
    return fail(Errc::bad_content, std::string(msg_type) + ": " + std::string(fault->english));
  }
  return dingtalk::fill_in(context_, app.kind, std::get<Message>(std::move(read)), command);
}

}  // namespace carillon::dingtalk
