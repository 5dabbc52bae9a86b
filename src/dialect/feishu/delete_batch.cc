#include "dialect/feishu/delete_batch.h"

#include <chrono>
#include <utility>

#include "core/recall_batch.h"
#include "dialect/feishu/batch_call.h"
#include "dialect/feishu/envelope.h"

namespace carillon::feishu {

void delete_batch(Context& context, http::Request const& request, http::Reply reply) {
  auto admitted = admit(context, request, kDeleteBatch);
  if (auto* refusal = std::get_if<http::Response>(&admitted)) return reply(std::move(*refusal));
  auto const& caller = std::get<Caller>(admitted);
  // The recall's own window is judged with the write; no other applies.
  auto const record =
      find_callers_batch(context.engine, caller, request.params.front(), std::chrono::hours(0));
  if (!record) {
    return reply(failure(context.settings, Family::recall, record.error(), request.log_id));
  }
  recall(context, Family::recall,
         {record->key, recall_window(context.settings.recall_hours, caller.directory().tenant())},
         "ok", request.log_id, std::move(reply));
}

void recall(Context& context, Family family, RecallBatch const& command, std::string_view msg,
            std::string log_id, http::Reply reply) {
  context.engine.write<Nothing>(
      [command](View& view) { return recall_batch(view, command); },
      [=, &context, log_id = std::move(log_id), reply = std::move(reply)](Result<Nothing> answer) {
        if (!answer) return reply(failure(context.settings, family, answer.error(), log_id));
        reply(success(msg, "{}"));
      });
}

}  // namespace carillon::feishu
