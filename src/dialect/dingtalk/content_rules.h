// DingTalk's messages, sent by a call that is not DingTalk's: the rules of work notifications
// without their wire.
//
// Shape   What asyncsend and our own API share lies here, so that both judge a message alike. Only
//         apps with an agent_id send by them.
// Errors  bad_content, too_large, content_refused.
#pragma once

#include "core/content_rules.h"
#include "dialect/dingtalk/dialect.h"
#include "dialect/dingtalk/message.h"

namespace carillon::dingtalk {

// Every app may send; whether it has a bot is the other dialect's business.
SendRights const& notification_rights();

// Whom the vendor's flow control keeps back.
FlowLimits flow_limits(Settings const& settings, AppKind kind);

// What of a command follows from its message.
Result<void> fill_in(Context const& context, AppKind kind, Message message, SendBatch& command);

class NotificationRules final : public ContentRules {
 public:
  explicit NotificationRules(Context const& context) : context_(context) {}

  bool takes(Organisation const& organisation, TenantNo tenant, App const& app,
             std::string_view msg_type) const override;
  Result<void> fill_in(SendBatch& command, App const& app, std::string_view msg_type,
                       std::string_view json) const override;
  SendRights const& rights() const override { return notification_rights(); }

 private:
  Context const& context_;
};

}  // namespace carillon::dingtalk
