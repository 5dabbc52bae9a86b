// GET /api/v1/inbox/live?cursor=&ticket= (WebSocket): the caller's inbox as it changes; and
// POST /api/v1/inbox/ticket, since pages cannot send a header with a WebSocket.
//
// Shape   Events (live_events.h): first those since the cursor, then `ready`, then as they happen.
//         Without a cursor only what comes. The client says nothing; what it says is passed over.
//         Close 1013 "resync": come back with the last cursor, there is more than a connection
//         holds at once; 1008: the session is over, or the hour for which a ticket is good.
// Errors  As problems, before the WebSocket begins.

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "channel/live/live_channel.h"
#include "dialect/console/callers.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "dialect/console/live_events.h"
#include "dialect/console/live_listener.h"
#include "http/websocket_handshake.h"
#include "inbox/inbox.h"
#include "json/writer.h"

namespace carillon::console {
namespace {

constexpr std::chrono::seconds kTicketTime{60};
constexpr std::chrono::hours kTicketConnectionTime{1};
constexpr std::uint32_t kSaidMax = 1024;  // by the client, who has nothing to say
constexpr std::size_t kNewsMax = 200;     // more than a page shows: then it is fetched anew
// A part of what a connection may have queued; as JSON each byte may take six.
constexpr std::size_t kNewsBytesMax = 256 * 1024;

http::SharedFrame text(std::string_view event) {
  return http::make_frame(http::MessageKind::text, event);
}

// What a connection begins with, and up to where it tells.
struct Beginning {
  std::vector<http::SharedFrame> frames;
  Seq known;
  bool whole = true;  // false: the rest when they come back
};

Result<Beginning> begin(Context& context, Reader& reader, live::Person const& person,
                        std::optional<Seq> after) {
  auto const& events = context.live_events;
  Beginning out;
  out.known = context.engine.last_seq(person.tenant);
  if (after) {
    auto const find = [&](BatchKey const& key) { return context.engine.find_batch(key); };
    NewsQuery const query{person.tenant, person.user, *after, out.known, kNewsMax, kNewsBytesMax};
    TRY(auto const news, read_news(reader, reader, context.block_logs, find, query));
    // By their cursors, so that whoever has one has heard of all before it.
    auto recall = news.recalled.begin();
    for (auto const& message : news.messages) {
      auto const& [seq, batch, committed_at] = message.entry;
      for (; recall != news.recalled.end() && recall->recall_seq < seq; ++recall) {
        out.frames.push_back(text(events.recall(*recall)));
      }
      out.frames.push_back(
          text(events.message(message.record, seq, committed_at, message.content)));
    }
    for (; recall != news.recalled.end(); ++recall) {
      out.frames.push_back(text(events.recall(*recall)));
    }
    if (!news.read.empty()) out.frames.push_back(text(events.read(person.tenant, news.read)));
    out.whole = news.extent != InboxNews::Extent::first;
    if (!out.whole) return out;
    if (news.extent == InboxNews::Extent::too_many) {
      out.frames.push_back(text(events.resync(person.tenant, out.known)));
    }
  }
  out.frames.push_back(text(events.ready(person.tenant, out.known)));
  return out;
}

class Handler final : public http::WebSocketHandler {
 public:
  Handler(Context& context, live::Person person, std::optional<Seq> after)
      : context_(context), person_(person), after_(after) {}

  void on_open(http::WebSocket const& socket) override {
    listener_ = std::make_shared<LiveListener>(socket);
    context_.live.hub().enter(person_, socket, listener_);
    auto const catch_up = [&context = context_, person = person_, after = after_,
                           listener = listener_](Reader& reader) {
      auto beginning = begin(context, reader, person, after);
      listener->socket().post([listener, beginning = std::move(beginning)] {
        if (!beginning) return listener->send_away();
        if (!beginning->whole) return listener->catch_up_in_part(beginning->frames);
        listener->catch_up(beginning->frames, beginning->known);
      });
    };
    if (!context_.engine.read(catch_up)) listener_->send_away();
  }
  void on_message(http::MessageKind, std::string_view) override {}
  void on_close(std::uint16_t) override {
    if (listener_) context_.live.hub().leave(person_, *listener_, listener_->socket().thread());
  }

 private:
  Context& context_;
  live::Person const person_;
  std::optional<Seq> const after_;
  std::shared_ptr<LiveListener> listener_;
};

struct Entry {
  live::Person person;
  std::chrono::seconds open_max;
};

Result<Entry> require_entry(Context const& context, http::Request const& request) {
  auto const ticket = request.query_param("ticket");
  if (ticket.empty()) {
    TRY(auto const caller, require_person(context, request));
    auto const rest = std::chrono::ceil<std::chrono::seconds>(caller.expires - caller.now);
    return Entry{{caller.tenant, caller.user}, rest};
  }
  auto const organisation = context.engine.organisation();
  TRY(auto const person,
      context.tokens.verify_session(TokenKind::live, ticket, *organisation, context.engine.now()));
  return Entry{{person.tenant, person.user}, kTicketConnectionTime};
}

Result<void> open_live(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const entry, require_entry(context, request));
  if (!http::asks_for_websocket(request)) {
    return fail(Errc::invalid_field, "send Connection: Upgrade and Upgrade: websocket");
  }
  std::optional<Seq> after;
  if (auto const cursor = request.query_param("cursor"); !cursor.empty()) {
    TRY(after, context.live_events.read_cursor(entry.person.tenant, cursor));
  }
  http::WebSocketOptions options;
  options.message_bytes_max = kSaidMax;
  options.open_max = entry.open_max;
  answer.send(http::accept_websocket(
      request, std::make_unique<Handler>(context, entry.person, after), options));
  return {};
}

Result<void> create_ticket(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_person(context, request));
  std::string out;
  json::Writer(out)
      .begin_object()
      .field("ticket", context.tokens.issue_session(TokenKind::live, caller.tenant, caller.user,
                                                    caller.now + kTicketTime))
      .field("expires_in", kTicketTime.count())
      .end_object();
  answer.json(std::move(out));
  return {};
}

}  // namespace

void add_inbox_live(http::Router& router, Context& context) {
  router.add(make_route(context, http::Method::get, "/api/v1/inbox/live", open_live));
  router.add(make_route(context, http::Method::post, "/api/v1/inbox/ticket", create_ticket));
}

}  // namespace carillon::console
