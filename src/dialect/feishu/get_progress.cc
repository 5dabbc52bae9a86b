#include "dialect/feishu/get_progress.h"

#include "dialect/feishu/batch_call.h"
#include "json/writer.h"

namespace carillon::feishu {

void get_progress(Context& context, http::Request const& request, http::Reply const& reply) {
  answer_query(context, request, reply, kGetProgress, "success", render_get_progress);
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
