#include "server/event_service.h"

#include <array>
#include <charconv>
#include <utility>

#include "core/recall_batch.h"
#include "crypto/crypto.h"
#include "server/log.h"

namespace carillon::server {
namespace {

// A write of the pump: nothing to decide, the change is what happened.
webhook::WriteEvents writer_of(Engine& engine) {
  return [&engine](Change change, std::function<void(bool)> done) {
    engine.write<Nothing>(
        [change = std::move(change)](View&) -> Result<Decided<Nothing>> {
          return Decided<Nothing>{change, {}, nullptr};
        },
        [done = std::move(done)](Result<Nothing> const& written) {
          if (!written) {
            log(Level::warn, "what became of events was not written",
                {{"problem", written.error().detail}});
          }
          done(bool(written));
        });
  };
}

webhook::FindEvents finder_of(Engine& engine) {
  return
      [&engine](std::vector<EventKey> keys, std::function<void(std::vector<StoredEvent>)> found) {
        engine.read([keys = std::move(keys), found = std::move(found)](Reader& reader) {
          auto events = reader.find_events(keys);
          if (!events) {
            log(Level::error, "events that wait again cannot be read: " + events.error().detail);
            return;
          }
          found(*std::move(events));
        });
      };
}

bool is_loopback(std::string const& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

}  // namespace

Result<std::unique_ptr<EventService>> EventService::make(Config const& config, Clock const& clock,
                                                         Engine& engine,
                                                         Key const& installation_key,
                                                         Tokens const& tokens, StoredState& state) {
  auto const& settings = config.events;
  webhook::PumpOptions options;
  TRY(options.limits.retries, parse_retries(settings.retry_after));
  options.limits.waiting_max = settings.waiting_max;
  options.limits.dead_max = settings.dead_letters_max;
  options.threads_max = std::max<std::size_t>(settings.threads, 2);
  options.rules.allowed = settings.allow_addresses;
  options.rules.loopback = is_loopback(config.http.host);
  options.rules.timeout = settings.timeout;
  options.rules.ca_file = settings.ca_file;
  if (engine.shares_store()) options.tells = [&engine] { return engine.tells_events(); };
  feishu::LongConnections::Options connections;
  connections.connections_max = settings.connections_per_app;
  connections.reconnect_seconds = settings.reconnect_seconds;
  connections.away_max = std::chrono::hours(settings.away_hours);
  std::unique_ptr<EventService> out(
      new EventService(clock, engine, installation_key, tokens, connections, std::move(options)));
  out->pump_.load(std::move(state.events), std::move(state.event_tallies));
  return out;
}

EventService::EventService(Clock const& clock, Engine& engine, Key const& installation_key,
                           Tokens const& tokens, feishu::LongConnections::Options connections,
                           webhook::PumpOptions options)
    : clock_(clock),
      events_(engine, installation_key, tokens),
      connections_(engine, connections),
      pump_(clock, events_, connections_, writer_of(engine), finder_of(engine),
            std::move(options)) {
  connections_.set_hooks(
      {[this](AppNo app) { pump_.wake(app); }, [this](AppNo app) { pump_.clear(app); }});
  engine.set_event_sink(&pump_);
}

void EventService::verify(EventSettings settings, std::function<void(Result<void>)> done) {
  auto const job = [this, settings = std::move(settings), done] {
    std::array<std::uint8_t, 16> random{};
    random_bytes(random.data(), random.size());
    auto const challenge = to_hex(random.data(), random.size());
    auto const call =
        feishu::make_call(settings, feishu::challenge_text(settings, challenge), clock_.now());
    auto const answer = pump_.webhooks().post(call);
    if (!answer) return done(fail(Errc::receiver_failed, answer.error().detail));
    done(feishu::check_challenge(answer->status, answer->body, challenge));
  };
  if (!pump_.run(job)) done(fail(Errc::overloaded, "too many calls to URLs are waiting"));
}

}  // namespace carillon::server
