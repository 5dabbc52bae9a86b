// What a work notification of each msgtype must look like, and what is to be known of it before it
// is sent.
//
// Shape   {"msgtype":T, T:{...}}. The inner object is stored and delivered as it came, minified;
//         this only reads it. Scalars may be themselves or text everywhere.
// Source  docs/wire/dingtalk/messages.md: lengths are in characters, and only those are judged for
//         which the vendor has an error.
// Errors  WireError itself: these codes mean nothing to anybody else.
// Cost    Linear in the message; pure.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "dialect/dingtalk/errors.h"
#include "json/reader.h"
#include "media/media.h"

namespace carillon::dingtalk {

struct Message {
  std::string type;
  std::string json;                    // the inner object
  std::string hash;                    // 32 bytes; the same for messages that mean the same
  std::vector<std::string> media_ids;  // that it shows or carries
  MediaUse media_are = MediaUse::image;
  std::string visible_text;  // what readers see, one piece a line: for the audit
};

using ReadMessage = std::variant<Message, WireError>;

bool is_msg_type(std::string_view type);
// Of the whole `msg`.
ReadMessage read_message(json::Value msg);
// Of the type and its object, which older calls send apart. `body` may be null: it is missing.
ReadMessage read_message(std::string_view type, json::Value body);

}  // namespace carillon::dingtalk
