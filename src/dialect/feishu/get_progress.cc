#include "dialect/feishu/get_progress.h"

#include "dialect/feishu/batch_call.h"
#include "dialect/feishu/envelope.h"
#include "json/writer.h"

namespace carillon::feishu {

void get_progress(Context& context, http::Request const& request, http::Reply const& reply) {
  auto admitted = admit(context, request, kGetProgress);
  if (auto* refusal = std::get_if<http::Response>(&admitted)) return reply(std::move(*refusal));
  std::chrono::hours const window(std::int64_t{context.settings.query_days} * 24);
  auto const record = find_callers_batch(context.engine, std::get<Caller>(admitted),
                                         request.params.front(), window);
  if (!record) {
    return reply(failure(context.settings, Family::query, record.error(), request.log_id));
  }
  reply(success("success", render_get_progress(*record)));
}

std::string render_get_progress(BatchRecord const& record) {
  std::string data;
  data.reserve(256);
  json::Writer out(data);
  out.begin_object().key("batch_message_send_progress").begin_object();
  out.field("valid_user_ids_count", record.valid);
  out.field("success_user_ids_count", record.delivered);
  out.field("read_user_ids_count", record.read).end_object();
  out.key("batch_message_recall_progress").begin_object();
  out.field("recall", record.recall_requested());
  out.field("recall_count", record.recalled).end_object().end_object();
  return data;
}

}  // namespace carillon::feishu
