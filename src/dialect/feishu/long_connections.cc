#include "dialect/feishu/long_connections.h"

#include <algorithm>
#include <utility>

#include "access/address.h"
#include "core/manage_app.h"
#include "http/websocket_handshake.h"
#include "json/reader.h"
#include "json/writer.h"

namespace carillon::feishu {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr auto kSpeakTime = 3s;  // a client that has not pinged by then listens all the same
constexpr int kGoodWord = 200;

http::WebSocketOptions socket_options() {
  http::WebSocketOptions out;
  out.message_bytes_max = 256 * 1024;  // an acknowledgement repeats what it acknowledges, not more
  return out;
}

}  // namespace

class LongConnections::Handler final : public http::WebSocketHandler {
 public:
  Handler(LongConnections& all, AppNo app, Pass pass, std::int32_t service)
      : all_(all), app_(app), pass_(std::move(pass)), service_(service) {}

  void on_open(http::WebSocket const& socket) override {
    connection_ = std::make_shared<Connection>(
        Connection{0, app_, socket, pass_, service_, false, steady_clock::now()});
    all_.opened(connection_);
  }
  void on_message(http::MessageKind, std::string_view payload) override {
    all_.received(*connection_, payload);
  }
  void on_close(std::uint16_t) override { all_.closed(*connection_); }

 private:
  LongConnections& all_;
  AppNo const app_;
  Pass const pass_;
  std::int32_t const service_;
  std::shared_ptr<Connection> connection_;
};

http::Response LongConnections::open(http::Request const& request, App const& app,
                                     Secret const& secret, std::int32_t service) {
  Pass pass{secret.use, secret.version, std::string(request.remote)};
  return http::accept_websocket(request,
                                std::make_unique<Handler>(*this, app.no, std::move(pass), service),
                                socket_options());
}

bool LongConnections::is_good(Pass const& pass, App const& app) {
  return app.enabled && !app.deleted && app.find_secret(pass.use, pass.version) != nullptr &&
         address_allowed(app.ip_allow, pass.remote);
}

void LongConnections::opened(std::shared_ptr<Connection> connection) {
  std::lock_guard const lock(mutex_);
  connection->number = next_number_++;
  connections_[connection->app].push_back(std::move(connection));
}

void LongConnections::closed(Connection const& connection) {
  std::lock_guard const lock(mutex_);
  auto& all = connections_[connection.app];
  std::erase_if(all, [&](auto const& other) { return other->number == connection.number; });
  if (all.empty()) connections_.erase(connection.app);
  last_seen_[connection.app] = steady_clock::now();
  for (auto& [id, waiting] : waiting_) {
    if (waiting->connection != connection.number || waiting->answered) continue;
    waiting->answered = true;
    waiting->word = fail(Errc::unavailable, "the long connection ended before it was acknowledged");
  }
  word_.notify_all();
}

void LongConnections::received(Connection& connection, std::string_view bytes) {
  auto frame = decode_frame(bytes);
  if (!frame) return connection.socket.close(http::close_code::kUnsupported, "not a frame");
  bool first = false;
  {
    std::lock_guard const lock(mutex_);
    first = !std::exchange(connection.heard, true);
  }
  if (frame->method == static_cast<std::int32_t>(FrameMethod::data)) {
    answered(*frame, connection);
  } else if (frame->header("type") == "ping") {
    LongFrame pong = *std::move(frame);
    pong.headers = {{"type", "pong"}};
    pong.payload = client_config();
    connection.socket.send(http::make_frame(http::MessageKind::binary, encode(pong)));
  }
  if (first && hooks_.woken) hooks_.woken(connection.app);
}

void LongConnections::answered(LongFrame const& frame, Connection const& connection) {
  auto const document = json::parse_json(frame.payload);
  auto const code = document ? document->root().find_present("code") : std::nullopt;
  bool const good = code && code->integer() == std::int64_t{kGoodWord};
  std::lock_guard const lock(mutex_);
  auto const at = waiting_.find(std::string(frame.header("message_id")));
  if (at == waiting_.end() || at->second->connection != connection.number) return;
  at->second->answered = true;
  if (!good) at->second->word = fail(Errc::unavailable, "the receiver could not handle it");
  word_.notify_all();
}

bool LongConnections::listens(Connection const& connection) {
  return connection.heard || steady_clock::now() - connection.opened > kSpeakTime;
}

bool LongConnections::connected(AppNo app) const {
  std::lock_guard const lock(mutex_);
  auto const at = connections_.find(app);
  return at != connections_.end() && std::any_of(at->second.begin(), at->second.end(),
                                                 [](auto const& one) { return listens(*one); });
}

Result<void> LongConnections::tell(AppNo app, OutgoingEvent const& event,
                                   std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  auto const at = connections_.find(app);
  std::vector<std::shared_ptr<Connection>> listening;
  if (at != connections_.end()) {
    std::copy_if(at->second.begin(), at->second.end(), std::back_inserter(listening),
                 [](auto const& one) { return listens(*one); });
  }
  if (listening.empty()) return fail(Errc::unavailable, "the long connection is gone");
  auto const& connection = *listening[turns_[app]++ % listening.size()];

  LongFrame frame;
  frame.service = connection.service;
  frame.method = static_cast<std::int32_t>(FrameMethod::data);
  frame.headers = {{"type", "event"},
                   {"message_id", event.id},
                   {"trace_id", event.id},
                   {"sum", "1"},
                   {"seq", "0"}};
  frame.payload = event.text;
  Waiting waiting;
  waiting.connection = connection.number;
  waiting_[event.id] = &waiting;
  connection.socket.send(http::make_frame(http::MessageKind::binary, encode(frame)));
  bool const came = word_.wait_for(lock, time, [&] { return waiting.answered; });
  waiting_.erase(event.id);
  if (!came) return fail(Errc::unavailable, "the long connection did not acknowledge it in time");
  return waiting.word;
}

bool LongConnections::has_room(AppNo app) const {
  return options_.connections_max == 0 || count(app) < options_.connections_max;
}

std::size_t LongConnections::count(AppNo app) const {
  std::lock_guard const lock(mutex_);
  auto const at = connections_.find(app);
  return at == connections_.end() ? 0 : at->second.size();
}

std::size_t LongConnections::count() const {
  std::lock_guard const lock(mutex_);
  std::size_t out = 0;
  for (auto const& [app, all] : connections_) out += all.size();
  return out;
}

std::string LongConnections::client_config() const {
  std::string out;
  json::Writer(out)
      .begin_object()
      .field("ReconnectCount", -1)
      .field("ReconnectInterval", options_.reconnect_seconds)
      .field("ReconnectNonce", options_.reconnect_seconds)
      .field("PingInterval", options_.ping_seconds)
      .end_object();
  return out;
}

void LongConnections::maintain() {
  auto const organisation = engine_.organisation();
  for (auto const& app : organisation->apps->apps()) {
    if (!app.no) continue;
    bool const here = count(app.no) > 0;
    if (here) {
      std::lock_guard const lock(mutex_);
      for (auto const& connection : connections_[app.no]) {
        if (is_good(connection->pass, app)) continue;
        connection->socket.close(http::close_code::kPolicy,
                                 "the credentials are not good any more");
      }
    }
    if (here) {
      if (!app.long_connection && app.enabled && !app.deleted) remember(app, true, {});
    } else if (app.long_connection && !app.deleted) {
      bool away = false;
      {
        std::lock_guard const lock(mutex_);
        auto const seen = last_seen_.try_emplace(app.no, steady_clock::now()).first->second;
        away = options_.away_max.count() != 0 && steady_clock::now() - seen > options_.away_max;
      }
      if (away) {
        remember(app, false,
                 [this, no = app.no, has_url = app.event_url](Result<void> const& done) {
                   if (done && !has_url && hooks_.gone) hooks_.gone(no);
                 });
      }
    }
  }
}

void LongConnections::expect(App const& app, std::function<void(Result<void>)> then) {
  {
    std::lock_guard const lock(mutex_);
    last_seen_[app.no] = steady_clock::now();
  }
  if (app.long_connection) return then({});
  remember(app, true, std::move(then));
}

// If it is refused, because an import is applied, maintain() tries again.
void LongConnections::remember(App const& app, bool connected,
                               std::function<void(Result<void>)> then) {
  EventsPatch patch;
  patch.app_id = app.app_id;
  patch.long_connection = connected;
  engine_.write<Nothing>([patch](View& view) { return patch_events(view, patch); },
                         [then = std::move(then)](Result<Nothing> const& done) {
                           if (then) then(done ? Result<void>() : done.error());
                         });
}

}  // namespace carillon::feishu
