#include "dialect/dingtalk/async_send.h"

#include <utility>

#include "dialect/dingtalk/send_message.h"

namespace carillon::dingtalk {
namespace {

Result<Receivers> read_id_lists(Parameters& parameters) {
  Receivers out;
  TRY(out.users, parameters.list("userid_list"));
  TRY(auto const departments, parameters.list("dept_id_list"));
  TRY(out.departments, numbers_of(departments));
  TRY(out.everybody, parameters.flag("to_all_user", false));
  return out;
}

void send(Context& context, Call const& call, Answer const& answer, Receivers receivers,
          ReadMessage message) {
  send_message(context, call, answer, std::move(receivers), std::move(message),
               [&context, answer](SendBatchAnswer const& sent) {
                 auto const task = context.task_ids.number({sent.key.batch, sent.generation});
                 answer.ok([&](json::Writer& out) { out.field("task_id", task); });
               });
}

}  // namespace

Result<void> async_send_v2(Context& context, Call& call, Answer const& answer) {
  CHECK_OK(check_agent(call.caller, call.parameters));
  TRY(auto receivers, read_id_lists(call.parameters));
  TRY(auto const msg, call.parameters.find_object("msg"));
  if (!msg) return fail(Errc::invalid_field, "msg: is missing");
  send(context, call, answer, std::move(receivers), read_message(*msg));
  return {};
}

Result<void> async_send(Context& context, Call& call, Answer const& answer) {
  CHECK_OK(check_agent(call.caller, call.parameters));
  TRY(auto receivers, read_id_lists(call.parameters));
  TRY(auto const type, call.parameters.find_text("msgtype"));
  TRY(auto const content, call.parameters.find_object("msgcontent"));
  send(context, call, answer, std::move(receivers),
       read_message(type.value_or(""), content.value_or(json::Value())));
  return {};
}

}  // namespace carillon::dingtalk
