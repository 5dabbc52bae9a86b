#include "dialect/feishu/events.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/find_batch.h"
#include "core/find_event.h"
#include "dialect/feishu/ids.h"
#include "dialect/feishu/scopes.h"
#include "json/reader.h"
#include "json/writer.h"

namespace carillon::feishu {
namespace {

constexpr std::array<std::string_view, 2> kReadScopes{kSendMessage, "im:message:readonly"};
constexpr std::string_view kUserIdScope = "contact:user.employee_id:readonly";

std::string ms_text(Time at) { return std::to_string(to_ms(at)); }

std::string nonce() {
  std::array<std::uint8_t, 8> bytes{};
  random_bytes(bytes.data(), bytes.size());
  return to_hex(bytes.data(), bytes.size());
}

// What the members of an event's body are made from.
struct Source {
  Organisation const& organisation;
  Directory const& directory;
  App const& app;
  IdSealer const& ids;
};

BatchRecord record_of(Event const& event, EventBatch const& batch) {
  BatchRecord out;
  out.key = {event.key.tenant, batch.batch};
  out.generation = batch.generation;
  return out;
}

void append_read(json::Writer& out, Source const& at, Event const& event) {
  auto const& directory = at.directory;
  out.begin_object("reader").begin_object("reader_id");
  out.field("union_id", directory.union_id(at.app.developer, event.user, at.ids));
  if (at.app.has_scope(kUserIdScope)) out.field("user_id", directory.user_id(event.user));
  out.field("open_id", directory.open_id(at.app.no, event.user, at.ids)).end_object();
  out.field("read_time", ms_text(event.at));
  out.field("tenant_key", directory.tenant().tenant_key).end_object();
  out.begin_array("message_id_list");
  for (auto const& batch : event.batches) {
    out.string("om_" + message_id_hex(at.ids, record_of(event, batch), event.user));
  }
  out.end_array();
}

void append_batch(json::Writer& out, Source const& at, Event const& event) {
  auto const hex = batch_id_hex(at.ids, record_of(event, event.batches.front()));
  out.field("batch_message_id", batch_id(hex));
  if (event.kind == EventKind::recalled) {
    out.field("recall_count", event.recalled);
    out.field("recall_time", ms_text(event.at));
    return;
  }
  out.field("valid_user_ids_count", event.valid);
  out.field("success_user_ids_count", event.delivered);
  out.field("failed_user_ids_count", event.failed);
  out.field("excluded_user_ids_count", event.excluded);
  out.field("send_time", ms_text(event.at));
}

std::string event_text(Source const& at, EventSettings const& settings, Event const& event,
                       std::string_view id) {
  std::string text;
  json::Writer out(text);
  out.begin_object().field("schema", "2.0").begin_object("header");
  out.field("event_id", id).field("event_type", event_type(event.kind));
  out.field("create_time", ms_text(event.at)).field("token", settings.verification_token);
  out.field("app_id", at.app.app_id);
  out.field("tenant_key", at.directory.tenant().tenant_key).end_object();
  out.begin_object("event");
  if (event.kind == EventKind::read) {
    append_read(out, at, event);
  } else {
    append_batch(out, at, event);
  }
  out.end_object().end_object();
  return text;
}

}  // namespace

std::string_view event_type(EventKind kind) {
  switch (kind) {
    case EventKind::read:
      return kReadEvent;
    case EventKind::sent:
      return kSentEvent;
    case EventKind::recalled:
      return kRecalledEvent;
  }
  return {};
}

OutgoingCall make_call(EventSettings const& settings, std::string_view text, Time now) {
  OutgoingCall out;
  out.url = settings.url;
  out.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
  out.headers.emplace_back("User-Agent", "carillon");
  if (settings.encrypt_key.empty()) {
    out.body = text;
    return out;
  }
  json::Writer(out.body)
      .begin_object()
      .field("encrypt", to_base64(encrypt_cbc(sha256(settings.encrypt_key), text)))
      .end_object();
  auto const timestamp = std::to_string(to_ms(now) / 1000);
  auto const once = nonce();
  auto const signature = sha256(timestamp + once + settings.encrypt_key + out.body);
  out.headers.emplace_back("X-Lark-Request-Timestamp", timestamp);
  out.headers.emplace_back("X-Lark-Request-Nonce", once);
  out.headers.emplace_back("X-Lark-Signature", to_hex(signature.data(), signature.size()));
  return out;
}

std::string challenge_text(EventSettings const& settings, std::string_view challenge) {
  std::string text;
  json::Writer(text)
      .begin_object()
      .field("challenge", challenge)
      .field("token", settings.verification_token)
      .field("type", "url_verification")
      .end_object();
  return text;
}

Result<void> check_challenge(int status, std::string_view body, std::string_view challenge) {
  if (status != 200) {
    return fail(Errc::receiver_failed, "the URL answered " + std::to_string(status));
  }
  auto const document = json::parse_json(body);
  auto const value = document ? document->root().find_present("challenge") : std::nullopt;
  if (!value || value->string() != challenge) {
    return fail(Errc::receiver_failed, "the URL did not send the challenge back");
  }
  return {};
}

Result<std::optional<OutgoingEvent>> Events::render(Event const& event) {
  std::optional<OutgoingEvent> out;
  auto const organisation = engine_.organisation();
  auto const* app = organisation->apps->find(event.app);
  auto const* directory = organisation->find(event.key.tenant);
  if (app == nullptr || directory == nullptr || !app->listens() || event.batches.empty() ||
      !organisation->apps->installed(event.key.tenant, app->no)) {
    return out;
  }
  if (event.kind == EventKind::read) {
    bool const may_hear = std::any_of(kReadScopes.begin(), kReadScopes.end(),
                                      [&](auto scope) { return app->has_scope(scope); });
    if (!may_hear || !directory->has_user(event.user)) return out;
  }
  TRY(auto const settings, read_event_settings(key_, *app));
  out.emplace();
  out->id = event_id_hex(engine_.ids(), event);
  out->text =
      event_text({*organisation, *directory, *app, engine_.ids()}, settings, event, out->id);
  if (!settings.url.empty()) out->call = make_call(settings, out->text, engine_.now());
  return out;
}

std::vector<AppNo> Events::regular_apps() {
  std::vector<AppNo> out;
  auto const organisation = engine_.organisation();
  for (auto const& app : organisation->apps->apps()) {
    if (app.kind == AppKind::store && app.listens()) out.push_back(app.no);
  }
  return out;
}

Result<std::optional<OutgoingEvent>> Events::render_regular(AppNo number) {
  std::optional<OutgoingEvent> out;
  auto const organisation = engine_.organisation();
  auto const* app = organisation->apps->find(number);
  if (app == nullptr || !app->listens()) return out;
  auto const now = engine_.now();
  TRY(auto const settings, read_event_settings(key_, *app));
  out.emplace();
  std::array<std::uint8_t, 16> id{};
  random_bytes(id.data(), id.size());
  out->id = to_hex(id.data(), id.size());
  auto const ms = to_ms(now);
  auto fraction = std::to_string(ms % 1000);
  fraction.insert(0, 3 - fraction.size(), '0');
  json::Writer json(out->text);
  json.begin_object().field("ts", std::to_string(ms / 1000) + "." + fraction);
  json.field("uuid", out->id).field("token", settings.verification_token);
  json.field("type", "event_callback").begin_object("event");
  json.field("app_id", app->app_id).field("app_ticket", tokens_.issue_ticket(*app, now));
  json.field("type", "app_ticket").end_object().end_object();
  if (!settings.url.empty()) out->call = make_call(settings, out->text, now);
  return out;
}

}  // namespace carillon::feishu
