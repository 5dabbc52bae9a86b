// Events put together: the pump, the vendor's form of them, its long connections, and what the
// operator sees of all that.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "channel/webhook/event_pump.h"
#include "dialect/feishu/events.h"
#include "dialect/feishu/long_connections.h"
#include "dispatch/event_desk.h"
#include "engine/engine.h"
#include "server/config.h"

namespace carillon::server {

class EventService final : public EventDesk {
 public:
  // Errors  invalid_field: a setting.
  static Result<std::unique_ptr<EventService>> make(Config const& config, Clock const& clock,
                                                    Engine& engine, Key const& installation_key,
                                                    Tokens const& tokens, StoredState& state);

  void start() { pump_.start(); }
  void maintain() { connections_.maintain(); }  // every second or so
  void stop() { pump_.stop(); }                 // the engine still runs

  feishu::LongConnections& connections() { return connections_; }
  // As EventPump: a thread that may wait for other machines.
  bool run(std::function<void()> job) { return pump_.run(std::move(job)); }
  void tell_ticket(AppNo app) { pump_.tell_regular(app); }
  LaneStatus total() const { return pump_.total(); }

  LaneStatus status(LaneKey const& lane) const override { return pump_.status(lane); }
  std::size_t connections(AppNo app) const override { return connections_.count(app); }
  std::vector<EventKey> dead(LaneKey const& lane, EventNo before,
                             std::size_t limit) const override {
    return pump_.dead(lane, before, limit);
  }
  bool is_dead(LaneKey const& lane, EventNo event) const override {
    return pump_.is_dead(lane, event);
  }
  void replay(std::vector<StoredEvent> letters) override { pump_.replay(std::move(letters)); }
  bool drop_dead(LaneKey const& lane, EventNo event) override {
    return pump_.drop_dead(lane, event);
  }
  void wake(AppNo app) override { pump_.wake(app); }
  void clear(AppNo app) override { pump_.clear(app); }
  void verify(EventSettings settings, std::function<void(Result<void>)> done) override;

 private:
  EventService(Clock const& clock, Engine& engine, Key const& installation_key,
               Tokens const& tokens, feishu::LongConnections::Options connections,
               webhook::PumpOptions options);

  Clock const& clock_;
  feishu::Events events_;
  feishu::LongConnections connections_;
  webhook::EventPump pump_;
};

}  // namespace carillon::server
