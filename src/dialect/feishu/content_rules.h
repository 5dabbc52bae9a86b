// Feishu's messages, sent by a call that is not Feishu's: the rules of batch_send without its wire.
//
// Shape   What batch_send and our own API share lies here, so that both judge a message alike.
// Errors  bad_content, too_large, content_refused.
#pragma once

#include <string>
#include <string_view>

#include "core/content_rules.h"
#include "dialect/feishu/content.h"
#include "dialect/feishu/dialect.h"

namespace carillon::feishu {

// By which rights an app sends batches.
SendRights const& batch_rights();

// Errors  too_large. A text, an image and a shared chat are measured by the request's body, a post
//         and a card by themselves, minified.
Result<void> check_size(Settings const& settings, MsgType type, std::size_t body_bytes,
                        std::size_t content_bytes);

// What of a command follows from its content; `minified` is that, as it is kept.
Result<void> fill_in(Context const& context, MsgType type, json::Value content,
                     std::string minified, SendBatch& command);

class BatchRules final : public ContentRules {
 public:
  explicit BatchRules(Context const& context) : context_(context) {}

  bool takes(Organisation const& organisation, TenantNo tenant, App const& app,
             std::string_view msg_type) const override;
  Result<void> fill_in(SendBatch& command, App const& app, std::string_view msg_type,
                       std::string_view json) const override;
  SendRights const& rights() const override { return batch_rights(); }

 private:
  Context const& context_;
};

}  // namespace carillon::feishu
