// POST /open-apis/im/v1/messages?receive_id_type=: a message to one person; and GET, DELETE
// /open-apis/im/v1/messages/:message_id
//
// Source  docs/wire/feishu/messages.md; which code for which fault: quirks.md.
// In      receive_id, msg_type, content: JSON as a *string*, in which a post has no `post` around
//         it and a card is the whole; uuid: up to 50 bytes, good for an hour.
// Out     The message; times and content are strings. GET: data.items.
// Errors  HTTP 400. Asked in this order: gateway, JSON 99991300, fields 99992402, sizes 230025, bot
//         230006, who gets it 99992360 and 230002, content 230001, audit 230022, the receiver's
//         rate 230020, and with the writing 230013 230017 230001 230101.
// Cost    As batch_send to one person, in a lane of its own per app.
#pragma once

#include <string>
#include <string_view>

#include "batch/batch.h"
#include "core/send_message.h"
#include "dialect/feishu/content.h"
#include "dialect/feishu/dialect.h"
#include "dialect/feishu/gateway.h"
#include "dialect/feishu/scopes.h"
#include "dialect/feishu/user_ids.h"
#include "http/message.h"
#include "json/reader.h"

namespace carillon::feishu {

inline constexpr Api kSendMessageApi{0x151, Family::message, kMessageScopes};
inline constexpr Api kGetMessage{0x152, Family::message, kMessageReadScopes};
inline constexpr Api kDeleteMessage{0x153, Family::message_recall, kMessageRecallScopes};
inline constexpr Api kReadUsers{0x154, Family::readers, kMessageReadScopes};
// Not an API, but a person who is written to: they have a rate of their own.
inline constexpr std::uint16_t kReceiverRate = 0x15f;
inline constexpr std::string_view kMessagesPath = "/open-apis/im/v1/messages";
inline constexpr std::size_t kUuidBytesMax = 50;

void send_message(Context& context, http::Request const& request, http::Reply reply);
void get_message(Context& context, http::Request const& request, http::Reply reply);
void delete_message(Context& context, http::Request const& request, http::Reply reply);

// The fields of a sending call; views into its document.
struct MessageFields {
  IdType id_type;
  std::string_view receive_id;
  std::string_view msg_type;
  std::string_view content;
  std::string_view uuid;
};
// Errors  bad_json if the root is no object, invalid_field.
Result<MessageFields> parse_send_message(json::Value root, std::string_view receive_id_type);

// The content as batches keep it: parsed from its string, a post with `post` around it.
// Errors  bad_content.
struct MessageContent {
  MsgType type;
  Content stored;
  Message says;
};
Result<MessageContent> read_single_content(std::string_view msg_type, std::string_view content);
// The way back: the string that the sender gave, minified.
std::string_view single_content(Content const& stored);

// The message that an id stands for, if the caller sent it to one person.
// Errors  bad_batch_id, bot_off, batch_unknown, batch_foreign, batch_kind.
struct FoundMessage {
  BatchRecord record;
  UserNo to;
};
Result<FoundMessage> find_message(Engine const& engine, Caller const& caller,
                                  std::string_view message_id);

// One message as every call shows it.
std::string render_message(Engine const& engine, Caller const& caller, BatchRecord const& record,
                           UserNo to, Content const& content);

}  // namespace carillon::feishu
