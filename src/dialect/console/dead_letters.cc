// Events that could not be told, per app and tenant:
//   GET    /api/v1/apps/{app_id}/events/dead_letters?tenant_key=&cursor=&limit=
//   POST   /api/v1/apps/{app_id}/events/dead_letters/replay?tenant_key=
//   POST   /api/v1/apps/{app_id}/events/dead_letters/{event_id}/replay
//   DELETE /api/v1/apps/{app_id}/events/dead_letters/{event_id}
//
// Shape   Newest first. A replayed event waits again, with all its attempts before it; replaying
//         all of them takes at most 1,000 a call, and says how many are left.
// Errors  not_found: no such app, or no such dead letter of its; invalid_field for a cursor.

#include <string>
#include <utility>
#include <vector>

#include "core/find_event.h"
#include "dialect/console/app_json.h"
#include "dialect/console/callers.h"
#include "dialect/console/cursors.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "dialect/console/fields.h"
#include "dialect/console/times.h"
#include "dispatch/event_desk.h"
#include "json/writer.h"

namespace carillon::console {
namespace {

constexpr std::size_t kReplayMax = 1000;

std::string_view kind_name(EventKind kind) {
  switch (kind) {
    case EventKind::read:
      return "read";
    case EventKind::sent:
      return "sent";
    case EventKind::recalled:
      return "recalled";
  }
  return {};
}

// The lane that the call is about: a custom app has one, a store app one in each tenant.
Result<LaneKey> find_lane(Caller const& caller, http::Request const& request) {
  TRY(auto const* app, get_app(*caller.organisation, request.params.at(0)));
  auto const tenant_key = request.query_param("tenant_key");
  if (tenant_key.empty()) {
    if (app->kind == AppKind::custom) return LaneKey{app->tenant, app->no};
    return fail(Errc::invalid_field, "tenant_key is missing: a store app has several tenants");
  }
  auto const* directory = caller.organisation->find_tenant(tenant_key);
  if (directory == nullptr) return fail(Errc::not_found, "no such tenant");
  return LaneKey{directory->tenant().no, app->no};
}

struct Letter {
  LaneKey lane;
  EventKey key;
};
Result<Letter> find_letter(Context const& context, Caller const& caller,
                           http::Request const& request) {
  TRY(auto const* app, get_app(*caller.organisation, request.params.at(0)));
  auto const place = find_event(context.engine.ids(), request.params.at(1));
  if (place && place->app == app->no) {
    Letter const out{{place->key.tenant, app->no}, place->key};
    if (context.events->is_dead(out.lane, out.key.event)) return out;
  }
  return fail(Errc::not_found, "no such dead letter");
}

std::string render_dead_letters(Context const& context, LaneKey const& lane,
                                std::vector<StoredEvent> const& letters, bool more) {
  std::string out;
  json::Writer json(out);
  json.begin_object().begin_array("dead_letters");
  // The store gives them in the order of their numbers.
  for (auto at = letters.rbegin(); at != letters.rend(); ++at) {
    json.begin_object().field("event_id", event_id_hex(context.engine.ids(), at->event));
    json.field("kind", kind_name(at->event.kind));
    append_time(json, "at", at->event.at);
    json.field("attempts", at->attempts).field("problem", at->problem).end_object();
  }
  json.end_array().key("next");
  if (more && !letters.empty()) {
    json.string(Cursors(context.installation_key)
                    .seal(CursorKind::dead_letters, std::uint64_t{lane.app.value},
                          letters.front().event.key.event.value));
  } else {
    json.null();
  }
  json.end_object();
  return out;
}

Result<void> list_dead_letters(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_operator(context, request));
  TRY(auto const lane, find_lane(caller, request));
  TRY(auto const limit, read_limit(request, kPageUsual, context.settings.page_max));
  EventNo before;
  if (auto const cursor = request.query_param("cursor"); !cursor.empty()) {
    TRY(auto const at,
        Cursors(context.installation_key).unseal(CursorKind::dead_letters, lane.app.value, cursor));
    before = EventNo{at};
  }
  auto keys = context.events->dead(lane, before, limit);
  bool const more = keys.size() == limit;
  return read_and_answer(
      context, answer,
      [&context, answer, lane, more, keys = std::move(keys)](Reader& reader) -> Result<void> {
        std::vector<EventKey> const ascending(keys.rbegin(), keys.rend());
        TRY(auto letters, reader.find_events(ascending));
        // Given up a moment ago: its row is on the way to disk and still counts an attempt less.
        std::erase_if(letters, [](auto const& letter) { return letter.state != EventState::dead; });
        answer.json(render_dead_letters(context, lane, letters, more));
        return {};
      });
}

Result<void> replay_some(Context& context, Answer const& answer, std::vector<EventKey> keys,
                         std::function<void()> done) {
  return read_and_answer(
      context, answer,
      [&context, keys = std::move(keys), done = std::move(done)](Reader& reader) -> Result<void> {
        TRY(auto letters, reader.find_events(keys));
        context.events->replay(std::move(letters));
        done();
        return {};
      });
}

Result<void> replay_all(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_operator(context, request));
  TRY(auto const lane, find_lane(caller, request));
  auto keys = context.events->dead(lane, EventNo{}, kReplayMax);
  auto const count = keys.size();
  return replay_some(context, answer, std::move(keys), [&context, answer, lane, count] {
    std::string out;
    json::Writer(out)
        .begin_object()
        .field("replayed", count)
        .field("left", context.events->status(lane).dead)
        .end_object();
    answer.json(std::move(out));
  });
}

Result<void> replay_one(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_operator(context, request));
  TRY(auto const letter, find_letter(context, caller, request));
  return replay_some(context, answer, {letter.key}, [answer] { answer.no_content(); });
}

Result<void> drop(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_operator(context, request));
  TRY(auto const letter, find_letter(context, caller, request));
  context.events->drop_dead(letter.lane, letter.key.event);
  answer.no_content();
  return {};
}

}  // namespace

void add_dead_letters(http::Router& router, Context& context) {
  if (context.events == nullptr) return;
  using enum http::Method;
  std::string const path = "/api/v1/apps/:app_id/events/dead_letters";
  router.add(make_route(context, get, path, list_dead_letters));
  router.add(make_route(context, post, path + "/replay", replay_all));
  router.add(make_route(context, post, path + "/:event_id/replay", replay_one));
  router.add(make_route(context, delete_, path + "/:event_id", drop));
}

}  // namespace carillon::console
