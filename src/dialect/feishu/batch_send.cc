#include "dialect/feishu/batch_send.h"

#include <algorithm>
#include <memory>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/find_batch.h"
#include "core/idempotency.h"
#include "dialect/feishu/envelope.h"
#include "dialect/feishu/ids.h"
#include "json/writer.h"

namespace carillon::feishu {
namespace {

using json::Value;

constexpr std::string_view kBatchSendName = "feishu POST /open-apis/message/v4/batch_send";

constexpr std::size_t kLookThrough = 8;

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// One list of ids, each once, in the order in which they came.
Result<std::vector<std::string>> parse_list(Value root, std::string_view key, Errc bad_entry) {
  std::vector<std::string> out;
  auto const list = root.find_present(key);
  if (!list) return out;
  if (!list->is_array()) return fail(Errc::invalid_field, std::string(key) + ": must be an array");
  if (list->size() > kListMax) {
    return fail(Errc::invalid_field, std::string(key) + ": more than 200 entries");
  }
  out.reserve(list->size());
  std::unordered_set<std::string_view> seen;  // of a list that is too long to look through
  std::size_t n = 0;
  for (auto const entry : list->elements()) {
    auto const id = entry.string();
    if (is_blank(id)) {
      return fail(bad_entry, std::string(key) + "[" + std::to_string(n) +
                                 "]: must be a text that is not blank");
    }
    ++n;
    bool const is_new = list->size() <= kLookThrough
                            ? std::find(out.begin(), out.end(), id) == out.end()
                            : seen.insert(id).second;
    if (is_new) out.emplace_back(id);
  }
  return out;
}

Result<MsgType> parse_msg_type(Value root) {
  auto const value = root.find_present("msg_type");
  if (!value || !value->is_string()) return fail(Errc::invalid_field, "msg_type: required");
  auto const type = find_msg_type(value->string());
  if (!type) return fail(Errc::invalid_field, "msg_type: not a type that batch messages have");
  return *type;
}

// The one of content and card that the type takes; the other must be absent.
Result<Value> parse_content(Value root, MsgType type) {
  auto const content = root.find_present("content");
  auto const card = root.find_present("card");
  if (content && card) return fail(Errc::invalid_field, "content and card: only one may be given");
  bool const takes_card = type == MsgType::interactive;
  auto const& wanted = takes_card ? card : content;
  if (!wanted || !wanted->is_object()) {
    return fail(Errc::invalid_field, std::string(takes_card ? "card" : "content") +
                                         ": an object is required with msg_type " +
                                         std::string(name_of(type)));
  }
  return *wanted;
}

// From the request to the command, in the order in which faults are told.
Result<SendBatch> prepare_batch(Context const& context, Caller const& caller,
                                http::Request const& request) {
  TRY(auto const document, json::parse_json(request.body));
  TRY(auto fields, parse_batch_send(document.root()));
  TRY(auto key, parse_idempotency_key(request.header("Idempotency-Key")));

  auto minified = json::minified(fields.content);
  CHECK_OK(check_size(context.settings, fields.type, request.body.size(), minified.size()));
  CHECK_OK(check_sender(*caller.organisation, caller.tenant, caller.app, fields.audience,
                        batch_rights()));
  SendBatch command;
  CHECK_OK(fill_in(context, fields.type, fields.content, std::move(minified), command));
  command.tenant = caller.tenant;
  command.app = caller.app->no;
  command.audience = std::move(fields.audience);
  if (!key.empty()) command.body_hash = hash_request(kBatchSendName, request.body);
  command.idempotency_key = std::move(key);
  return command;
}

void add_list(json::Writer& out, std::string_view key, std::vector<std::string> const& ids) {
  out.key(key).begin_array();
  for (auto const& id : ids) out.string(id);
  out.end_array();
}

}  // namespace

void batch_send(Context& context, http::Request const& request, http::Reply reply) {
  auto admitted = admit(context, request, kBatchSend);
  if (auto* refusal = std::get_if<http::Response>(&admitted)) return reply(std::move(*refusal));
  auto prepared = prepare_batch(context, std::get<Caller>(admitted), request);
  if (!prepared) {
    return reply(failure(context.settings, Family::batch_send, prepared.error(), request.log_id));
  }
  auto command = std::make_shared<SendBatch>(*std::move(prepared));
  context.engine.write<SendBatchAnswer>(
      [command](View& view) { return carillon::send_batch(view, *command, batch_rights()); },
      [&context, log_id = request.log_id,
       reply = std::move(reply)](Result<SendBatchAnswer> answer) {
        if (!answer) {
          return reply(failure(context.settings, Family::batch_send, answer.error(), log_id));
        }
        auto const hex = batch_id_hex(context.engine.ids(), answer->key, answer->generation);
        reply(success("ok", render_batch_send(answer->invalid, hex)));
      });
}

Result<BatchSendFields> parse_batch_send(Value root) {
  if (!root.is_object()) return fail(Errc::bad_json, "not an object");
  TRY(auto const type, parse_msg_type(root));
  TRY(auto const content, parse_content(root, type));
  AudienceRequest audience;
  TRY(audience.department_ids, parse_list(root, "department_ids", Errc::invalid_field));
  TRY(audience.open_ids, parse_list(root, "open_ids", Errc::bad_open_id));
  TRY(audience.user_ids, parse_list(root, "user_ids", Errc::invalid_field));
  TRY(audience.union_ids, parse_list(root, "union_ids", Errc::invalid_field));
  if (audience.department_ids.empty() && audience.open_ids.empty() && audience.user_ids.empty() &&
      audience.union_ids.empty()) {
    return fail(Errc::invalid_field,
                "department_ids, open_ids, user_ids, union_ids: at least one is required");
  }
  return BatchSendFields{type, content, std::move(audience)};
}

std::string render_batch_send(InvalidIds const& invalid, std::string_view batch_hex) {
  std::string data;
  data.reserve(192);  // as much as it takes when nobody is invalid
  json::Writer out(data);
  out.begin_object();
  add_list(out, "invalid_department_ids", invalid.department_ids);
  add_list(out, "invalid_open_ids", invalid.open_ids);
  add_list(out, "invalid_user_ids", invalid.user_ids);
  add_list(out, "invalid_union_ids", invalid.union_ids);
  out.field("message_id", batch_id(batch_hex)).end_object();
  return data;
}

}  // namespace carillon::feishu
