#include "dialect/feishu/messages.h"

#include <memory>
#include <utility>

#include "core/add_chat.h"
#include "core/find_batch.h"
#include "core/idempotency.h"
#include "core/recall_batch.h"
#include "dialect/feishu/batch_send.h"
#include "dialect/feishu/delete_batch.h"
#include "dialect/feishu/envelope.h"
#include "dialect/feishu/ids.h"
#include "json/writer.h"

namespace carillon::feishu {
namespace {

constexpr std::string_view kMessagePrefix = "om_";
constexpr std::string_view kSendMessageName = "feishu POST /open-apis/im/v1/messages";
constexpr std::string_view kPostHead = R"({"post":)";
constexpr std::chrono::hours kUuidKept{1};

SendRights const& message_rights() {
  static SendRights const rights{
      {std::string(kSendMessage), std::string(kSendAsBot), std::string(kSendOnly)}, {}, {}};
  return rights;
}

Result<std::string_view> required(json::Value root, std::string_view key) {
  auto const value = root.find_present(key);
  if (!value || !value->is_string() || value->string().empty()) {
    return fail(Errc::invalid_field, std::string(key) + ": a text is required");
  }
  return value->string();
}

void name_receiver(AudienceRequest& audience, IdType type, std::string_view id) {
  switch (type) {
    case IdType::open_id:
      audience.open_ids.emplace_back(id);
      break;
    case IdType::user_id:
      audience.user_ids.emplace_back(id);
      break;
    case IdType::union_id:
      audience.union_ids.emplace_back(id);
      break;
    case IdType::email:
      audience.emails.emplace_back(id);
      break;
    case IdType::chat_id:
      break;
  }
}

Error unknown_receiver(IdType type, std::string_view id) {
  return fail(Errc::receiver_unknown,
              "The request you send is not a valid {" + std::string(name_of(type)) +
                  "} or not exists, invalid ids: [" + std::string(id) + "]");
}

// A second call with the same uuid, or with the same Idempotency-Key, is answered like the first.
// No header can hold a line feed, so the two never meet.
Result<void> read_keys(http::Request const& request, std::string_view uuid, SendBatch& command) {
  TRY(command.idempotency_key, parse_idempotency_key(request.header("Idempotency-Key")));
  if (!command.idempotency_key.empty()) {
    auto const name = std::string(kSendMessageName) + " " + request.query_param("receive_id_type");
    command.body_hash = hash_request(name, request.body);
  } else if (!uuid.empty()) {
    command.idempotency_key = "\n" + std::string(uuid);
    command.key_kept = kUuidKept;
  }
  return {};
}

Result<SendBatch> prepare_message(Context const& context, Caller const& caller,
                                  http::Request const& request) {
  auto const& settings = context.settings;
  TRY(auto const document, json::parse_json(request.body));
  TRY(auto const fields,
      parse_send_message(document.root(), request.query_param("receive_id_type")));
  SendBatch command;
  command.kind = BatchKind::single;
  command.tenant = caller.tenant;
  command.app = caller.app->no;
  CHECK_OK(read_keys(request, fields.uuid, command));
  if (auto const type = find_msg_type(fields.msg_type)) {
    CHECK_OK(check_size(settings, *type, request.body.size(), fields.content.size()));
  }
  name_receiver(command.audience, fields.id_type, fields.receive_id);
  CHECK_OK(check_sender(*caller.organisation, caller.tenant, caller.app, command.audience,
                        message_rights()));
  if (fields.id_type == IdType::chat_id) {
    return fail(Errc::chat_unknown, "messages go to people; bots are in no group here");
  }
  auto const to = find_active_user(context.engine, caller, fields.id_type, fields.receive_id);
  if (!to) return unknown_receiver(fields.id_type, fields.receive_id);
  TRY(auto content, read_single_content(fields.msg_type, fields.content));
  if (context.audit && context.audit->refuses(content.says.visible_text)) {
    return fail(Errc::content_refused);
  }
  Rate const rate{settings.receiver_rate_per_second, 0};
  if (context.rates.admit(caller.tenant, AppNo{to->value}, kReceiverRate, rate, caller.now)) {
    return fail(Errc::receiver_rate_limited, "too many messages to one person");
  }
  command.content = std::move(content.stored);
  command.image_keys = std::move(content.says.image_keys);
  command.chat_id = std::move(content.says.chat_id);
  return command;
}

// Answers with a message as it is stored.
void answer_stored(Context& context, Caller const& caller, FoundMessage const& found,
                   std::string const& log_id, http::Reply const& reply,
                   std::string (*wrap)(std::string message)) {
  bool const taken = context.engine.read([=, &context](Reader& reader) {
    auto const stored = reader.find_batch(found.record.key);
    if (!stored || !*stored) {
      auto const error = stored ? fail(Errc::batch_unknown) : stored.error();
      return reply(failure(context.settings, Family::message, error, log_id));
    }
    // Asked again after the content was read: a recall answered meanwhile is obeyed.
    auto const now = context.engine.find_batch(found.record.key);
    if (!now || now->recall_requested()) {
      return reply(failure(context.settings, Family::message, fail(Errc::batch_recalled), log_id));
    }
    reply(success("success", wrap(render_message(context.engine, caller, found.record, found.to,
                                                 (*stored)->content))));
  });
  if (!taken) {
    reply(failure(context.settings, Family::message, fail(Errc::overloaded), log_id));
  }
}

std::string alone(std::string message) { return message; }
std::string in_items(std::string message) { return R"({"items":[)" + message + "]}"; }

}  // namespace

Result<MessageFields> parse_send_message(json::Value root, std::string_view receive_id_type) {
  if (!root.is_object()) return fail(Errc::bad_json, "not an object");
  MessageFields out;
  auto const type = find_id_type(receive_id_type);
  if (!type) {
    return fail(Errc::invalid_field,
                "receive_id_type: must be open_id, user_id, union_id, email or chat_id");
  }
  out.id_type = *type;
  TRY(out.receive_id, required(root, "receive_id"));
  TRY(out.msg_type, required(root, "msg_type"));
  TRY(out.content, required(root, "content"));
  if (auto const uuid = root.find_present("uuid")) {
    if (!uuid->is_string() || uuid->string().size() > kUuidBytesMax) {
      return fail(Errc::invalid_field, "uuid: must be a text of at most 50 bytes");
    }
    out.uuid = uuid->string();
  }
  return out;
}

Result<MessageContent> read_single_content(std::string_view msg_type, std::string_view content) {
  auto const type = find_msg_type(msg_type);
  if (!type) return fail(Errc::bad_content, "msg_type: not one that messages have here");
  auto given = json::parse_json(content);
  if (!given || !given->root().is_object()) {
    return fail(Errc::bad_content, "content: must be the JSON of an object, as a string");
  }
  auto stored = json::minified(given->root());
  if (*type == MsgType::post) stored = std::string(kPostHead) + stored + "}";
  TRY(auto const document, json::parse_json(stored));
  TRY(auto says, read_message(*type, document.root()));
  return MessageContent{*type, {std::string(name_of(*type)), std::move(stored)}, std::move(says)};
}

std::string_view single_content(Content const& stored) {
  std::string_view out = stored.json;
  if (stored.msg_type != name_of(MsgType::post) || !out.starts_with(kPostHead)) return out;
  return out.substr(kPostHead.size(), out.size() - kPostHead.size() - 1);
}

Result<FoundMessage> find_message(Engine const& engine, Caller const& caller,
                                  std::string_view message_id) {
  if (!message_id.starts_with(kMessagePrefix)) return fail(Errc::bad_batch_id);
  auto const at = engine.ids().unseal(IdKind::message, message_id.substr(kMessagePrefix.size()));
  if (!caller.app->bot) return fail(Errc::bot_off);
  if (!at || at->tenant != caller.tenant.value) return fail(Errc::batch_unknown);
  auto const record = engine.find_batch({caller.tenant, BatchNo{at->major}});
  if (!record || record->generation != at->generation) return fail(Errc::batch_unknown);
  if (record->app != caller.app->no) return fail(Errc::batch_foreign);
  if (record->kind != BatchKind::single) return fail(Errc::batch_kind);
  return FoundMessage{*record, UserNo{at->minor}};
}

std::string render_message(Engine const& engine, Caller const& caller, BatchRecord const& record,
                           UserNo to, Content const& content) {
  auto const& ids = engine.ids();
  auto const time = std::to_string(to_ms(record.accepted_at));
  std::string data;
  json::Writer out(data);
  out.begin_object();
  out.field("message_id", std::string(kMessagePrefix) + message_id_hex(ids, record, to));
  out.field("msg_type", content.msg_type).field("create_time", time).field("update_time", time);
  out.field("deleted", false).field("updated", false);
  out.field("chat_id",
            std::string(kChatPrefix) +
                dialogue_id_hex(ids, record.key.tenant, record.app, to, record.generation));
  out.begin_object("sender").field("id", caller.app->app_id).field("id_type", "app_id");
  out.field("sender_type", "app");
  out.field("tenant_key", caller.directory().tenant().tenant_key).end_object();
  out.begin_object("body").field("content", single_content(content)).end_object();
  out.end_object();
  return data;
}

void send_message(Context& context, http::Request const& request, http::Reply reply) {
  auto admitted = admit(context, request, kSendMessageApi);
  if (auto* refusal = std::get_if<http::Response>(&admitted)) return reply(std::move(*refusal));
  auto caller = std::move(std::get<Caller>(admitted));
  auto prepared = prepare_message(context, caller, request);
  if (!prepared) {
    return reply(failure(context.settings, Family::message, prepared.error(), request.log_id));
  }
  auto const content = prepared->content;
  auto command = std::make_shared<SendBatch>(*std::move(prepared));
  context.engine.write<SendMessageAnswer>(
      [command](View& view) { return carillon::send_message(view, *command, message_rights()); },
      [caller = std::move(caller), content, &context, log_id = request.log_id,
       reply = std::move(reply)](Result<SendMessageAnswer> answer) {
        if (!answer) {
          return reply(failure(context.settings, Family::message, answer.error(), log_id));
        }
        auto const record = context.engine.find_batch(answer->key);
        if (!record) {
          return reply(failure(context.settings, Family::message, fail(Errc::internal), log_id));
        }
        FoundMessage const found{*record, answer->to};
        if (answer->repeated) {
          return answer_stored(context, caller, found, log_id, reply, alone);
        }
        reply(success("success",
                      render_message(context.engine, caller, found.record, found.to, content)));
      });
}

void get_message(Context& context, http::Request const& request, http::Reply reply) {
  auto admitted = admit(context, request, kGetMessage);
  if (auto* refusal = std::get_if<http::Response>(&admitted)) return reply(std::move(*refusal));
  auto const& caller = std::get<Caller>(admitted);
  auto found = find_message(context.engine, caller, request.params.front());
  if (found && found->record.recall_requested()) found = fail(Errc::batch_recalled);
  if (!found) {
    return reply(failure(context.settings, Family::message, found.error(), request.log_id));
  }
  answer_stored(context, caller, *found, request.log_id, reply, in_items);
}

void delete_message(Context& context, http::Request const& request, http::Reply reply) {
  auto admitted = admit(context, request, kDeleteMessage);
  if (auto* refusal = std::get_if<http::Response>(&admitted)) return reply(std::move(*refusal));
  auto const& caller = std::get<Caller>(admitted);
  auto const found = find_message(context.engine, caller, request.params.front());
  if (!found) {
    return reply(failure(context.settings, Family::message_recall, found.error(), request.log_id));
  }
  recall(context, Family::message_recall,
         {found->record.key,
          recall_window(context.settings.recall_hours, caller.directory().tenant())},
         "success", request.log_id, std::move(reply));
}

}  // namespace carillon::feishu
