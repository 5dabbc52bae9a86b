// What /metrics shows, in Prometheus' text form: requests as they are answered, and the state of
// the engine and of HTTP at the moment of asking.
//
// Cost    A request: two atomic additions. Any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "access/call_counters.h"
#include "bus/nats_bus.h"
#include "channel/webpush/push_channel.h"
#include "dispatch/event_lanes.h"
#include "engine/engine.h"
#include "http/listener.h"
#include "http/router.h"

namespace carillon::server {

// Of all apps together.
struct EventCounts {
  LaneStatus lanes;
  std::size_t connections = 0;
};

struct LiveCounts {
  std::size_t online = 0;
  std::uint64_t slices = 0;
};

class Metrics {
 public:
  Metrics();
  ~Metrics();

  // Counts and times the answers of a route, and logs failures with the request's log id.
  http::Handler watch(http::Route const& route, http::Handler inner);
  std::string text(EngineStats const& engine, http::Stats const& http, CallCounters const& feishu,
                   CallCounters const& dingtalk, EventCounts const& events, LiveCounts const& live,
                   webpush::PushStats const& push, std::optional<BusStats> const& bus,
                   bool low_disk) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace carillon::server
