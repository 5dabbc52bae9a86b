// What a dialect knows of the messages whose words it owns, for those who send by another call:
// whether a content is one of its kind, what it names, and which rights and limits hold for it.
//
// Shape   A port: each dialect implements it over its own reading of messages, the server lists
//         them in order, and whoever sends by our own API asks one after another; a message belongs
//         to the first that takes it. So nobody but the owner judges a message, and no dialect
//         knows another (docs/decisions/0022-content-rules.md).
// Errors  invalid_field: none of their types; bad_content, too_large, content_refused.
// Cost    Linear in the content; pure, any thread.
#pragma once

#include <span>
#include <string_view>

#include "access/organisation.h"
#include "core/send_batch.h"

namespace carillon {

class ContentRules {
 public:
  virtual ~ContentRules() = default;

  // Is it a type of the dialect, and may the app send by it in that tenant at all?
  virtual bool takes(Organisation const& organisation, TenantNo tenant, App const& app,
                     std::string_view msg_type) const = 0;
  // Fills in what of a command follows from its content: the content as it is kept, what it names,
  // the limits. `json` is one valid object; tenant and app are set.
  virtual Result<void> fill_in(SendBatch& command, App const& app, std::string_view msg_type,
                               std::string_view json) const = 0;
  virtual SendRights const& rights() const = 0;
};

// The rules that take the content, which is in the command then.
// Errors  those of the first rules that take the type.
Result<ContentRules const*> apply_rules(std::span<ContentRules const* const> rules,
                                        Organisation const& organisation, SendBatch& command,
                                        std::string_view msg_type, std::string_view json);

}  // namespace carillon
