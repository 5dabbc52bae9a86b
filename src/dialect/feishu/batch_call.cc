#include "dialect/feishu/batch_call.h"

#include "core/find_batch.h"
#include "dialect/feishu/envelope.h"
#include "dialect/feishu/ids.h"
#include "dialect/feishu/scopes.h"

namespace carillon::feishu {

Result<BatchRecord> find_callers_batch(Engine const& engine, Caller const& caller,
                                       std::string_view batch_message_id,
                                       std::chrono::hours window) {
  TRY(auto const hex, parse_batch_id(batch_message_id));
  if (!caller.app->bot) return fail(Errc::bot_off);
  auto const find = [&engine](BatchKey const& key) { return engine.find_batch(key); };
  TRY(auto record,
      find_app_batch(engine.ids(), hex, caller.tenant, caller.app->no, window, caller.now, find));
  // A message to one person has calls of its own.
  if (record.kind == BatchKind::single) return fail(Errc::batch_unknown);
  CHECK_OK(check_addressing(*caller.app, record));
  return record;
}

void answer_query(Context& context, http::Request const& request, http::Reply const& reply,
                  Api const& api, std::string_view msg, std::string (*render)(BatchRecord const&)) {
  auto admitted = admit(context, request, api);
  if (auto* refusal = std::get_if<http::Response>(&admitted)) return reply(std::move(*refusal));
  std::chrono::hours const window(std::int64_t{context.settings.query_days} * 24);
  auto const record = find_callers_batch(context.engine, std::get<Caller>(admitted),
                                         request.params.front(), window);
  if (!record) {
    return reply(failure(context.settings, Family::query, record.error(), request.log_id));
  }
  reply(success(msg, render(*record)));
}

Result<void> check_addressing(App const& app, BatchRecord const& record) {
  if (record.addressed_users && app.has_scope(kSendToUsers)) return {};
  if (record.addressed_departments && app.has_scope(kSendToDepartments)) return {};
  // Batches of the other dialect and of single sends name nobody in this one's way.
  if (!record.addressed_users && !record.addressed_departments) return {};
  return fail(Errc::addressing_scope_missing);
}

}  // namespace carillon::feishu
