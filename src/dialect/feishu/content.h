// What a message of each msg_type must look like, and what is to be known of it before it is sent.
//
// Shape   text, image, post, share_chat take `content`; interactive takes `card`. The object is
//         stored and delivered as it came, minified; this only reads it.
// Source  docs/wire/feishu/batch_send.md: the older message/v4 form, in which `content` is an
//         object and `post` is wrapped once more. Cards are not judged beyond their outer shape.
// Errors  bad_content, whose detail names the place: "content.post.zh_cn.content[0][2]: ...".
// Cost    Linear in the content; pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/reader.h"

namespace carillon::feishu {

enum class MsgType : std::uint8_t { text, image, post, share_chat, interactive };

std::optional<MsgType> find_msg_type(std::string_view name);
std::string_view name_of(MsgType type);

// What a message names and says.
struct Message {
  std::vector<std::string> image_keys;  // of an image and of a post; a card's are not judged
  std::string chat_id;                  // that it shares
  bool mentions_all = false;            // a text or a post that mentions everybody
  std::string visible_text;             // what readers see, one piece a line: for the audit
};

// `value` is the request's content or card: an object.
Result<Message> read_message(MsgType type, json::Value value);

// Whether a text holds <at user_id="all">; in either quotes or none, in any case of "all".
bool mentions_all(std::string_view text);

}  // namespace carillon::feishu
