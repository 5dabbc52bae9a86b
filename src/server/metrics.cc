#include "server/metrics.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "server/log.h"

namespace carillon::server {
namespace {

using std::chrono::steady_clock;

constexpr std::array<char const*, 4> kClasses{"2xx", "3xx", "4xx", "5xx"};

std::string_view name_of(http::Method method) {
  switch (method) {
    case http::Method::get:
      return "GET";
    case http::Method::head:
      return "HEAD";
    case http::Method::post:
      return "POST";
    case http::Method::put:
      return "PUT";
    case http::Method::patch:
      return "PATCH";
    case http::Method::delete_:
      return "DELETE";
    case http::Method::options:
      return "OPTIONS";
    case http::Method::other:
      break;
  }
  return "other";
}

// The counters of one route, found once when it is added.
struct RouteMetrics {
  std::string name;
  std::array<prometheus::Counter*, kClasses.size()> answers{};
  prometheus::Histogram* seconds = nullptr;
  bool asked_for = false;  // "not ready" is what /readyz is there to say, not a failure
};

void note_answer(RouteMetrics const& route, http::Response const& response,
                 std::string const& log_id, steady_clock::time_point started) {
  // 101, a connection that becomes a WebSocket, counts as a success.
  auto const kind = static_cast<std::size_t>(std::max(response.status / 100 - 2, 0));
  route.answers[std::min(kind, kClasses.size() - 1)]->Increment();
  auto const took = std::chrono::duration<double>(steady_clock::now() - started).count();
  route.seconds->Observe(took);
  auto const level = response.status >= 500 && !route.asked_for ? Level::error : Level::debug;
  if (log_enabled(level)) {
    log(level, "request",
        {{"log_id", log_id},
         {"route", route.name},
         {"status", std::to_string(response.status)},
         {"seconds", std::to_string(took)}});
  }
}

void write_value(std::string& out, char const* name, char const* type, char const* help,
                 std::uint64_t value) {
  out.append("# HELP ").append(name).append(" ").append(help);
  out.append("\n# TYPE ").append(name).append(" ").append(type);
  out.append("\n").append(name).append(" ").append(std::to_string(value)).append("\n");
}

}  // namespace

struct Metrics::Impl {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& answers =
      prometheus::BuildCounter()
          .Name("carillon_http_answers_total")
          .Help("Answers by route, method and class of status")
          .Register(registry);
  prometheus::Family<prometheus::Histogram>& seconds =
      prometheus::BuildHistogram()
          .Name("carillon_http_seconds")
          .Help("Time from a request's last byte to its answer, by route and method")
          .Register(registry);
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

http::Handler Metrics::watch(http::Route const& route, http::Handler inner) {
  prometheus::Labels const labels{{"route", route.pattern},
                                  {"method", std::string(name_of(route.method))}};
  auto metrics = std::make_shared<RouteMetrics>();
  metrics->name = std::string(name_of(route.method)) + " " + route.pattern;
  metrics->asked_for = route.pattern == "/readyz";
  for (std::size_t i = 0; i < kClasses.size(); ++i) {
    auto with_class = labels;
    with_class["status"] = kClasses[i];
    metrics->answers[i] = &impl_->answers.Add(with_class);
  }
  metrics->seconds =
      &impl_->seconds.Add(labels, prometheus::Histogram::BucketBoundaries{
                                      0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5});
  // The route's metrics live as long as its handler; a Reply only points at them.
  return [metrics, inner = std::move(inner)](http::Request const& request, http::Reply reply) {
    inner(request, [&route = *metrics, log_id = request.log_id, started = steady_clock::now(),
                    reply = std::move(reply)](http::Response response) {
      note_answer(route, response, log_id, started);
      reply(std::move(response));
    });
  };
}

std::string Metrics::text(EngineStats const& engine, http::Stats const& http,
                          CallCounters const& feishu, CallCounters const& dingtalk,
                          EventCounts const& events, LiveCounts const& live,
                          webpush::PushStats const& push, std::optional<BusStats> const& bus,
                          bool low_disk) const {
  auto out = prometheus::TextSerializer().Serialize(impl_->registry.Collect());
  auto const counter = [&](char const* name, char const* help, std::uint64_t value) {
    write_value(out, name, "counter", help, value);
  };
  auto const gauge = [&](char const* name, char const* help, std::uint64_t value) {
    write_value(out, name, "gauge", help, value);
  };
  counter("carillon_commits_total", "Durable commits of the writer", engine.commits);
  counter("carillon_commit_failures_total", "Commits that the store refused",
          engine.commit_failures);
  counter("carillon_commit_microseconds_total", "Time spent in commits", engine.commit_us_total);
  counter("carillon_decisions_total", "Writing calls decided", engine.decisions);
  counter("carillon_batches_accepted_total", "Batches accepted", engine.batches_accepted);
  counter("carillon_batches_recalled_total", "Recalls accepted", engine.batches_recalled);
  counter("carillon_slices_total", "Slices committed", engine.slices);
  counter("carillon_deliveries_total", "Messages that reached an inbox", engine.deliveries);
  counter("carillon_receipts_total", "First reads", engine.receipts);
  counter("carillon_books_checked_total", "Batches recounted from slices and receipts",
          engine.books_checked);
  counter("carillon_books_imbalance_total",
          "Batches whose stored counts are not what the recount "
          "gives; `carillon doctor` names them",
          engine.books_imbalance);
  gauge("carillon_batches_in_memory", "Batches that progress can be asked for",
        engine.batches_in_memory);
  gauge("carillon_batches_waiting", "Batches still to be sent, or whose recall is being counted",
        engine.batches_waiting);
  gauge("carillon_commands_waiting", "Writing calls that wait for the writer",
        engine.commands_waiting);
  gauge("carillon_disk_low", "1 while new batches are refused for want of disk", low_disk ? 1 : 0);
  gauge("carillon_connections_open", "Connections open now", http.connections_open);
  gauge("carillon_websockets_open", "WebSockets among the open connections", http.websockets_open);
  counter("carillon_connections_accepted_total", "Connections accepted", http.connections_accepted);
  counter("carillon_connections_refused_total", "Connections refused: too many at once",
          http.connections_refused);
  counter("carillon_http_requests_total", "Requests read", http.requests);
  counter("carillon_http_evicted_bodies_total", "Incomplete bodies given up for want of memory",
          http.evicted_bodies);
  gauge("carillon_http_body_bytes", "Bytes of bodies that are not complete yet", http.body_memory);
  counter("carillon_feishu_rate_refusals_total", "Feishu calls over their rate",
          feishu.rate_refusals.load());
  counter("carillon_feishu_auth_refusals_total", "Feishu calls without a good token or right",
          feishu.auth_refusals.load());
  counter("carillon_dingtalk_rate_refusals_total", "DingTalk calls over their rate",
          dingtalk.rate_refusals.load());
  counter("carillon_dingtalk_auth_refusals_total", "DingTalk calls without a good token or right",
          dingtalk.auth_refusals.load());
  auto const& lanes = events.lanes;
  gauge("carillon_events_waiting", "Events still to be told to their apps", lanes.waiting);
  gauge("carillon_events_retrying", "Of those waiting, the ones refused at least once",
        lanes.retrying);
  gauge("carillon_events_dead_letters", "Events given up and kept for the operator", lanes.dead);
  counter("carillon_events_told_total", "Events that their apps have taken", lanes.tally.told);
  counter("carillon_events_refused_total", "Attempts to tell an event that failed",
          lanes.tally.refused);
  counter("carillon_events_given_up_total", "Events that became dead letters", lanes.tally.dead);
  counter("carillon_events_dropped_total", "Dead letters dropped: there were too many",
          lanes.tally.dropped);
  gauge("carillon_live_connections", "Live inboxes open now", live.online);
  counter("carillon_live_slices_total", "Slices told to live inboxes", live.slices);
  gauge("carillon_pushes_waiting", "People still to be told by Web Push", push.waiting);
  counter("carillon_pushes_told_total", "Pushes that a push service took", push.told);
  counter("carillon_pushes_refused_total", "Attempts at a push that failed", push.refused);
  counter("carillon_pushes_given_up_total", "Pushes given up, with the reason in the person's log",
          push.given_up);
  counter("carillon_pushes_dropped_total",
          "People not told by Web Push because too many waited, or for too long", push.dropped);
  gauge("carillon_long_connections", "Long connections of apps open now", events.connections);
  if (bus) {
    gauge("carillon_bus_connected", "1 while the bus between servers can be used",
          bus->connected ? 1 : 0);
    counter("carillon_bus_heard_total", "Knocks of other servers", bus->heard);
  }
  return out;
}

}  // namespace carillon::server
