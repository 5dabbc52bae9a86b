// POST /api/v1/inbox/read {message_ids:[..]} or {batch_ids:[..]}: the caller has read these.
//
// Errors  Ids that are unknown, or of somebody else's message, are passed over (I7).

#include <string>
#include <utility>
#include <vector>

#include "core/mark_read.h"
#include "dialect/console/callers.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "dialect/console/fields.h"
#include "dialect/console/ids.h"
#include "json/writer.h"

namespace carillon::console {
namespace {

constexpr std::size_t kIdsMax = 1000;

// The batches of those messages that are this person's own.
std::vector<BatchNo> own_batches(Engine const& engine, Caller const& caller,
                                 std::vector<std::string> const& message_ids) {
  std::vector<BatchNo> out;
  for (auto const& id : message_ids) {
    if (auto const record = own_batch(engine, caller, id)) out.push_back(record->key.batch);
  }
  return out;
}

std::vector<BatchNo> tenant_batches(Engine const& engine, Caller const& caller,
                                    std::vector<std::string> const& batch_ids) {
  std::vector<BatchNo> out;
  for (auto const& id : batch_ids) {
    if (auto const record = tenant_batch(engine, caller, id)) out.push_back(record->key.batch);
  }
  return out;
}

Result<void> post_read(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_person(context, request));
  TRY(auto const body, parse_body(request, {"message_ids", "batch_ids"}));
  TRY(auto const message_ids, find_texts(body.root(), "message_ids", kIdBytesMax, kIdsMax));
  TRY(auto const batch_ids, find_texts(body.root(), "batch_ids", kIdBytesMax, kIdsMax));
  if (message_ids.has_value() == batch_ids.has_value()) {
    return fail(Errc::invalid_field, "give either message_ids or batch_ids");
  }
  MarkRead command{caller.tenant, caller.user,
                   message_ids ? own_batches(context.engine, caller, *message_ids)
                               : tenant_batches(context.engine, caller, *batch_ids)};
  context.engine.write<MarkReadAnswer>(
      [command](View& view) { return mark_read(view, command); },
      [&context, command, answer](Result<MarkReadAnswer> done) {
        if (!done) return answer.fail(done.error());
        if (done->newly_read != 0) {
          context.live.read({command.tenant, command.user}, command.batches);
        }
        std::string out;
        json::Writer(out).begin_object().field("read", done->newly_read).end_object();
        answer.json(std::move(out));
      });
  return {};
}

}  // namespace

void add_inbox_read(http::Router& router, Context& context) {
  router.add(make_route(context, http::Method::post, "/api/v1/inbox/read", post_read));
}

}  // namespace carillon::console
