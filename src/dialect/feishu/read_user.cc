#include "dialect/feishu/read_user.h"

#include "dialect/feishu/batch_call.h"
#include "dialect/feishu/envelope.h"
#include "json/writer.h"

namespace carillon::feishu {

void read_user(Context& context, http::Request const& request, http::Reply const& reply) {
  auto admitted = admit(context, request, kReadUser);
  if (auto* refusal = std::get_if<http::Response>(&admitted)) return reply(std::move(*refusal));
  std::chrono::hours const window(std::int64_t{context.settings.query_days} * 24);
  auto const record = find_callers_batch(context.engine, std::get<Caller>(admitted),
                                         request.params.front(), window);
  if (!record) {
    return reply(failure(context.settings, Family::query, record.error(), request.log_id));
  }
  reply(success("ok", render_read_user(*record)));
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
