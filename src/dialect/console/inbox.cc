// GET /api/v1/inbox?limit=&before=: a page of the caller's own messages, newest first, and the
// `cursor` with which a live connection (inbox_live.cc) goes on from what the page shows.

#include "inbox/inbox.h"

#include <string>
#include <utility>

#include "dialect/console/callers.h"
#include "dialect/console/cursors.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "dialect/console/fields.h"
#include "dialect/console/ids.h"
#include "dialect/console/live_events.h"
#include "dialect/console/message_json.h"
#include "dialect/console/times.h"
#include "json/writer.h"

namespace carillon::console {
namespace {

std::string render_inbox_page(Context const& context, Caller const& caller, InboxPage const& page,
                              Seq known) {
  auto const& ids = context.engine.ids();
  std::string out;
  json::Writer json(out);
  json.begin_object().begin_array("messages");
  for (auto const& message : page.messages) {
    json.begin_object().field("message_id", message_id(ids, message.record, caller.user));
    append_message(json, ids, *caller.organisation, message.record, message.content,
                   message.entry.committed_at);
    append_time(json, "read_at", message.read_at);
    json.end_object();
  }
  json.end_array().key("next");
  if (page.next) {
    json.string(Cursors(context.installation_key)
                    .seal(CursorKind::inbox, caller.user.value, page.next.value));
  } else {
    json.null();
  }
  json.field("cursor", context.live_events.cursor(caller.tenant, known));
  json.field("unread", page.unread).end_object();
  return out;
}

Result<void> get_inbox(Context& context, http::Request const& request, Answer answer) {
  TRY(auto caller, require_person(context, request));
  InboxQuery query{.tenant = caller.tenant, .user = caller.user, .before = {}, .limit = 0};
  TRY(query.limit, read_limit(request, kPageUsual, context.settings.page_max));
  if (auto const before = request.query_param("before"); !before.empty()) {
    TRY(auto const seq,
        Cursors(context.installation_key).unseal(CursorKind::inbox, caller.user.value, before));
    query.before = Seq{seq};
  }
  return read_and_answer(
      context, answer,
      [&context, caller = std::move(caller), query, answer](Reader& reader) -> Result<void> {
        auto const find = [&](BatchKey const& key) { return context.engine.find_batch(key); };
        auto const known = context.engine.last_seq(caller.tenant);  // what comes now may be shown
        TRY(auto const page, read_inbox(reader, reader, context.block_logs, find, query));
        answer.json(render_inbox_page(context, caller, page, known));
        return {};
      });
}

}  // namespace

void add_inbox(http::Router& router, Context& context) {
  router.add(make_route(context, http::Method::get, "/api/v1/inbox", get_inbox));
}

}  // namespace carillon::console
