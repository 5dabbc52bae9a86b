#include "dialect/feishu/read_user.h"

#include "dialect/feishu/batch_call.h"
#include "json/writer.h"

namespace carillon::feishu {

void read_user(Context& context, http::Request const& request, http::Reply const& reply) {
  answer_query(context, request, reply, kReadUser, "ok", render_read_user);
}

std::string render_read_user(BatchRecord const& record) {
  std::string data;
  data.reserve(96);
  json::Writer out(data);
  out.begin_object().key("read_user").begin_object();
  out.field("read_count", std::to_string(record.read));
  out.field("total_count", std::to_string(record.delivered)).end_object().end_object();
  return data;
}

}  // namespace carillon::feishu
