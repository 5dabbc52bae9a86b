#include "dialect/dingtalk/message_send.h"

#include <algorithm>
#include <utility>

#include "core/find_batch.h"
#include "dialect/dingtalk/send_message.h"

namespace carillon::dingtalk {
namespace {

constexpr std::string_view kEverybody = "@all";

std::string joined(std::vector<std::string> const& ids) {
  std::string out;
  for (auto const& id : ids) {
    if (!out.empty()) out += '|';
    out += id;
  }
  return out;
}

Result<Receivers> read_addressees(Parameters& parameters) {
  Receivers out;
  TRY(out.users, parameters.list("touser", '|'));
  out.everybody = std::erase(out.users, kEverybody) != 0;
  TRY(auto const departments, parameters.list("toparty", '|'));
  TRY(out.departments, numbers_of(departments));
  return out;
}

}  // namespace

Result<void> message_send(Context& context, Call& call, Answer const& answer) {
  CHECK_OK(check_agent(call.caller, call.parameters, "agentid"));
  TRY(auto receivers, read_addressees(call.parameters));
  TRY(auto const type, call.parameters.find_text("msgtype"));
  TRY(auto const body, call.parameters.find_object(type.value_or("")));
  send_message(context, call, answer, std::move(receivers),
               read_message(type.value_or(""), body.value_or(json::Value())),
               [&context, answer](SendBatchAnswer const& sent) {
                 answer.ok([&](json::Writer& out) {
                   out.field("invaliduser", joined(sent.invalid.user_ids));
                   out.field("invalidparty", joined(sent.invalid.department_ids));
                   out.field("forbiddenUserId", "");
                   out.field("messageId",
                             batch_id_hex(context.engine.ids(), sent.key, sent.generation));
                 });
               });
  return {};
}

}  // namespace carillon::dingtalk
