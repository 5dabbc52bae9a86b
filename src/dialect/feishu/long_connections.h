// The long connections of apps: they open a WebSocket and fetch their events by it, so that nobody
// has to call them.
//
// Shape   POST /callback/ws/endpoint gives the address with a ticket; GET /callback/ws opens the
//         socket. An app may have several; each event goes to one of them, in turns. A connection
//         counts once its client has spoken: some begin to listen a moment after the handshake.
//         An app that has asked for the address is remembered (App::long_connection), so that
//         events wait while it is away; after `away_max` it is forgotten.
// Source  docs/wire/feishu/events.md.
// Errors  At the endpoint HTTP 200 with a code: 1 for what is no such request, 514 credentials, 403
//         not in use, 1000040350 too many. At the handshake 403 with Handshake-Status and kin.
// Threads Any; tell() waits for the client's word.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "dialect/feishu/dialect.h"
#include "dialect/feishu/long_frames.h"
#include "dispatch/event_format.h"
#include "http/message.h"
#include "http/router.h"
#include "http/websocket.h"

namespace carillon::feishu {

class LongConnections final : public EventConnections {
 public:
  struct Options {
    std::uint32_t connections_max = 50;  // of one app
    std::uint32_t ping_seconds = 120;    // what clients are told, here and below
    std::uint32_t reconnect_seconds = 10;
    std::chrono::hours away_max{24};
  };
  // `woken` is told of an app that has connected, `gone` of one that is forgotten and has no URL.
  struct Hooks {
    std::function<void(AppNo)> woken;
    std::function<void(AppNo)> gone;
  };
  LongConnections(Engine& engine, Options options) : engine_(engine), options_(options) {}

  void set_hooks(Hooks hooks) { hooks_ = std::move(hooks); }  // before the first connection
  void set_connections_max(std::uint32_t most) { options_.connections_max = most; }

  bool connected(AppNo app) const override;
  Result<void> tell(AppNo app, OutgoingEvent const& event, std::chrono::milliseconds time) override;

  // Answers the handshake of an app that showed a good ticket.
  http::Response open(http::Request const& request, App const& app, Secret const& secret,
                      std::int32_t service);
  bool has_room(AppNo app) const;
  // Remembers that the app fetches its events, on disk, before `then`: from the moment it is told
  // where to connect nothing that happens passes it by. If that cannot be kept `then` is told so.
  void expect(App const& app, std::function<void(Result<void>)> then);
  std::size_t count(AppNo app) const;
  std::size_t count() const;
  std::string client_config() const;  // JSON
  // Now and then: closes what was opened with what is not good any more, remembers who has come,
  // forgets who is away for long.
  void maintain();

 private:
  class Handler;
  // What a connection was let in with.
  struct Pass {
    SecretUse use;
    std::uint8_t version;
    std::string remote;
  };
  struct Connection {
    std::uint64_t number = 0;
    AppNo app;
    http::WebSocket socket;
    Pass pass;
    std::int32_t service = 0;
    bool heard = false;
    std::chrono::steady_clock::time_point opened;
  };
  // An event on its way: answered by the client, or its connection ended.
  struct Waiting {
    std::uint64_t connection = 0;
    bool answered = false;
    Result<void> word = {};
  };

  void opened(std::shared_ptr<Connection> connection);
  void received(Connection& connection, std::string_view bytes);
  void closed(Connection const& connection);
  void answered(LongFrame const& frame, Connection const& connection);
  static bool listens(Connection const& connection);
  static bool is_good(Pass const& pass, App const& app);
  void remember(App const& app, bool connected, std::function<void(Result<void>)> then);

  Engine& engine_;
  Options options_;
  Hooks hooks_;

  mutable std::mutex mutex_;
  std::condition_variable word_;
  std::uint64_t next_number_ = 1;
  std::map<AppNo, std::vector<std::shared_ptr<Connection>>> connections_;
  std::map<AppNo, std::size_t> turns_;
  std::map<std::string, Waiting*> waiting_;  // by message id
  std::map<AppNo, std::chrono::steady_clock::time_point> last_seen_;
};

// The routes of both calls.
void add_long_connection_routes(http::Router& router, Context& context);

}  // namespace carillon::feishu
