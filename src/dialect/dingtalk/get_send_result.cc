#include "dialect/dingtalk/get_send_result.h"

#include <charconv>
#include <utility>

#include "dialect/dingtalk/task_call.h"

namespace carillon::dingtalk {
namespace {

void append_users(json::Writer& out, Directory const& directory, UserSet const& users) {
  for (auto const user : users.list()) out.string(directory.user_id(user));
}

// A batch of the other dialect may name departments that are no numbers.
void append_numbers(json::Writer& out, std::vector<std::string> const& ids) {
  for (auto const& id : ids) {
    std::int64_t number = 0;
    auto const* const end = id.data() + id.size();
    auto const [stop, error] = std::from_chars(id.data(), end, number);
    if (error == std::errc{} && stop == end) out.integer(number);
  }
}

Result<void> answer_result(Context const& context, Reader& reader, BatchKey const& key,
                           AppKind kind, Answer const& answer) {
  TRY(auto const stored, reader.find_batch(key));
  TRY(auto const sets, load_recipient_sets(reader, key));
  auto const record = context.engine.find_batch(key);
  if (!stored || !record) return fail(Errc::batch_unknown);
  // Taken after the batch, so that it knows everybody whom the batch names.
  auto const organisation = context.engine.organisation();
  auto const& directory = *organisation->find(key.tenant);
  answer.ok([&](json::Writer& out) {
    append_send_result(out, directory, kind, *record, sets, stored->invalid);
  });
  return {};
}

}  // namespace

std::string_view forbidden_code(FlowRule rule, AppKind kind) {
  bool const store = kind == AppKind::store;
  switch (rule) {
    case FlowRule::same_content:
      return store ? "143206" : "143106";
    case FlowRule::person_day:
    case FlowRule::everybody_day:
      return store ? "143205" : "143105";
    case FlowRule::call:
    case FlowRule::app_minute:
      return store ? "143203" : "143103";
    case FlowRule::tenant_minute:
    case FlowRule::everywhere_minute:
      return store ? "143204" : "143104";
  }
  return {};
}

void append_send_result(json::Writer& out, Directory const& directory, AppKind kind,
                        BatchRecord const& record, RecipientSets const& sets,
                        InvalidIds const& invalid) {
  out.begin_object("send_result").begin_array("invalid_user_id_list");
  for (auto const& id : invalid.user_ids) out.string(id);
  append_users(out, directory, sets.audience.unavailable);
  out.end_array().begin_array("forbidden_user_id_list");
  for (auto const& kept : sets.audience.withheld) append_users(out, directory, kept.users);
  out.end_array().begin_array("failed_user_id_list");
  append_users(out, directory, sets.failed);
  bool const turned_over = record.recall_requested() || record.canceled();
  if (turned_over) append_users(out, directory, sets.rest);
  out.end_array().begin_array("read_user_id_list");
  append_users(out, directory, sets.readers);
  out.end_array().begin_array("unread_user_id_list");
  append_users(out, directory, sets.delivered - sets.readers);
  out.end_array().begin_array("invalid_dept_id_list");
  append_numbers(out, invalid.department_ids);
  out.end_array().begin_array("forbidden_list");
  for (auto const& kept : sets.audience.withheld) {
    auto const code = forbidden_code(kept.rule, kind);
    for (auto const user : kept.users.list()) {
      out.begin_object().field("code", code).field("count", kept.limit);
      out.field("userid", directory.user_id(user)).end_object();
    }
  }
  out.end_array().end_object();
}

Result<void> get_send_result(Context& context, Call& call, Answer const& answer) {
  std::chrono::hours const window(context.settings.result_hours);
  TRY(auto const found,
      find_callers_task(context, call.caller, call.parameters, "task_id", window));
  auto const kind = call.caller.app->kind;
  return read_and_answer(context, answer, [&context, found, kind, answer](Reader& reader) {
    return answer_result(context, reader, found.key, kind, answer);
  });
}

}  // namespace carillon::dingtalk
