#include "server/server.h"

#include <atomic>
#include <condition_variable>
#include <cstring>
#ifdef CARILLON_MIMALLOC
#include <mimalloc.h>
#else
#include <malloc.h>
#endif
#include <mutex>
#include <sys/statvfs.h>
#include <thread>
#include <utility>

#include "access/rate_limit.h"
#include "bus/nats_bus.h"
#include "core/content_audit.h"
#include "crypto/crypto.h"
#include "dialect/console/dialect.h"
#include "dialect/console/live_events.h"
#include "dialect/console/push_events.h"
#include "dialect/dingtalk/content_rules.h"
#include "dialect/dingtalk/dialect.h"
#include "dialect/feishu/content_rules.h"
#include "dialect/feishu/dialect.h"
#include "http/listener.h"
#include "http/mailbox.h"
#include "import/importer.h"
#include "inbox/block_logs.h"
#include "server/event_service.h"
#include "server/installation.h"
#include "server/key_file.h"
#include "server/log.h"
#include "server/metrics.h"
#include "server/oidc_service.h"
#include "server/push_service.h"

namespace carillon::server {
namespace {

constexpr std::chrono::milliseconds kStopGrace{5000};
constexpr std::size_t kPasswordsWaitingMax = 32;  // a tenth of a second each

// What building the directory needed and keeping it does not; and from now on whatever is freed at
// once, so that a flood of large bodies and answers leaves nothing behind in the process.
void give_memory_back() {
#ifdef CARILLON_MIMALLOC
  mi_option_set(mi_option_decommit_delay, 0);
  mi_collect(true);
#else
  malloc_trim(0);
#endif
}

}  // namespace

// 14 digits of UTC time and 20 upper-case hex digits, as feishu.md 0.5 shows them: a random start
// for each process, then counted, because randomness costs more than the rest of a request.
class LogIds {
 public:
  explicit LogIds(Clock const& clock) : clock_(clock) { random_bytes(&next_, sizeof(next_)); }

  std::string operator()() {
    thread_local std::string prefix;
    thread_local std::int64_t prefix_second = 0;
    auto const second = to_ms(clock_.now()) / 1000;
    if (second != prefix_second) {
      prefix_second = second;
      prefix = stamp(second);
    }
    static constexpr char kDigits[] = "0123456789ABCDEF";
    auto n = next_.fetch_add(1, std::memory_order_relaxed) * 0x9e3779b97f4a7c15;
    std::string out = prefix;
    out.resize(34, '0');
    for (std::size_t i = 33; i >= 18; --i, n >>= 4) out[i] = kDigits[n & 15];
    return out;
  }

 private:
  static std::string stamp(std::int64_t second) {
    std::time_t const at = second;
    std::tm parts{};
    gmtime_r(&at, &parts);
    char text[16];
    std::strftime(text, sizeof(text), "%Y%m%d%H%M%S", &parts);
    return text;
  }

  Clock const& clock_;
  std::atomic<std::uint64_t> next_{0};
};

struct Server::Impl {
  explicit Impl(Config c) : config(std::move(c)) {}

  Result<void> open() {
    TRY(auto installation, open_installation(config, OpenFor::writing, clock.now()));
    key = installation.key;
    folder_lock = std::move(installation.folder_lock);
    ledger = std::move(installation.ledger);
    blobs = std::move(installation.blobs);
    TRY(admin, read_admin_token(config.data_folder));
    if (admin.made) log(Level::info, "made the operator's token", {{"file", admin.file}});
    if (installation.was_copy) {
      log(Level::warn,
          "this is a copy of a backup at its first start: its unfinished batches are "
          "paused until POST /api/v1/batches/{id}/resume");
    }
    tokens = std::make_unique<Tokens>(key);
    Engine::Options options;
    options.reader_threads = static_cast<int>(std::max<std::uint64_t>(1, config.reader_threads));
    options.log = [](std::string level, std::string text) {
      log(level == "error" ? Level::error : Level::info, text);
    };
    options.audit_log_kept = std::chrono::days(config.console.audit_days);
    options.answer_round = [] { return std::make_shared<http::MailRound>(); };
    bool const shared = ledger->change_log() != nullptr;
    if (shared) options.store_time = [this](Time store_now) { clock.follow(store_now); };
    rates.emplace(shared);
    options.rates = shared ? &*rates : nullptr;
    options.committed = [this] {
      if (bus) bus->knock();
    };
    auto const generation = installation.identity.generation;
    StoredState told;  // the events' part of it; the rest is the engine's
    told.events = std::move(installation.state.events);
    told.event_tallies = std::move(installation.state.event_tallies);
    engine = std::make_unique<Engine>(*ledger, clock, key, generation,
                                      std::move(installation.organisation),
                                      std::move(installation.state), std::move(options));
    CHECK_OK(open_bus());
    TRY(events, EventService::make(config, clock, *engine, key, *tokens, told));
    importer = std::make_unique<Importer>(*engine, key, generation, *blobs, config.data_folder);
    block_logs = std::make_unique<BlockLogs>(config.inbox_cache_mb << 20);
    live_events = std::make_unique<console::LiveEvents>(*engine, key);
    live_channel = std::make_unique<live::LiveChannel>(
        live::LiveChannel::Ports{
            [this](std::function<void(BatchStore&)> job) {
              return engine->read([job = std::move(job)](Reader& reader) { job(reader); });
            },
            [this](BatchKey const& batch) { return engine->find_batch(batch); }},
        *live_events);
    engine->add_channel(live_channel.get());
    push_events = std::make_unique<console::PushEvents>(*engine);
    TRY(push_channel, make_push_channel(config, clock, *engine, key, *push_events));
    engine->add_channel(push_channel.get(), Engine::Told::own);  // each person's browsers once
    TRY(provider, make_provider(config, clock));
    return add_routes();
  }

  // The subject tells installations apart that share a bus.
  Result<void> open_bus() {
    if (config.bus.empty()) return {};
    NatsBus::Options options;
    options.addresses = config.bus;
    options.subject = "carillon." + to_hex(derive_key(key, "bus").data(), 8) + ".committed";
    options.on_knock = [this] { engine->knock(); };
    options.note = [](std::string const& text) { log(Level::warn, text); };
    TRY(bus, NatsBus::open(std::move(options)));
    return {};
  }

  Result<void> add_routes() {
    config.console.recall_hours = config.feishu.recall_hours;  // one window, whichever API is asked
    TRY(auto audit, ContentAudit::make(config.audit_words, config.audit_regexes));
    feishu.reset(new feishu::Context{*engine,
                                     *blobs,
                                     key,
                                     *tokens,
                                     *rates,
                                     audit,
                                     config.data_folder + "/tmp",
                                     config.feishu,
                                     {},
                                     &events->connections(),
                                     [this](AppNo app) { events->tell_ticket(app); },
                                     [this] { return base_url(); }});
    dingtalk.reset(new dingtalk::Context{*engine, *blobs, key, *tokens, *rates, std::move(audit),
                                         config.data_folder + "/tmp", config.dingtalk});
    batch_rules = std::make_unique<feishu::BatchRules>(*feishu);
    notification_rules = std::make_unique<dingtalk::NotificationRules>(*dingtalk);
    config.console.daily_recipients = config.feishu.daily_recipients;
    config.console.image_bytes_max = config.feishu.image_bytes_max;
    console.reset(new console::Context{
        *engine,
        *blobs,
        key,
        *tokens,
        *importer,
        *block_logs,
        *live_channel,
        *live_events,
        push_channel.get(),
        *rates,
        *slow_work,
        config.data_folder,
        admin.token,
        [this] { return base_url(); },
        [this] {
          return metrics.text(engine->stats(), listener->stats(), feishu->counters,
                              dingtalk->counters, {events->total(), events->connections().count()},
                              {live_channel->hub().online(), live_channel->told()},
                              push_channel->stats(),
                              bus ? std::optional(bus->stats()) : std::nullopt, engine->low_disk());
        },
        [this] { return ready(); },
        [this] { return retiring.load(); },
        config.console,
        {batch_rules.get(), notification_rules.get()},
        [](std::string const& log_id, Error const& error) {
          log(Level::error, error.detail, {{"log_id", log_id}});
        },
        scheme(),
        events.get(),
        provider.get(),
        [this](std::function<void()> job) { return events->run(std::move(job)); }});
    router.wrap([this](http::Route const& route, http::Handler inner) {
      return metrics.watch(route, std::move(inner));
    });
    router.unmatched("/", [](http::Request const&, std::string_view) {
      http::Response out;
      out.status = 404;
      out.content_type = "text/plain";
      out.body = "404 page not found";
      return out;
    });
    feishu::add_routes(router, *feishu);
    dingtalk::add_routes(router, *dingtalk);
    console::add_routes(router, *console);
    if (engine->shares_store()) {
      config.http.before = [this](std::function<void(Result<void>)> done) {
        engine->catch_up(std::move(done));
      };
    }
    config.http.on_error = [](std::string text) { log(Level::error, text); };
    listener = std::make_unique<http::Listener>(config.http, router, [this] { return log_ids(); });
    return {};
  }

  Result<void> start() {
    give_memory_back();
    check_disk();
    CHECK_OK(engine->start());
    if (bus) bus->listen();
    CHECK_OK(listener->start());
    events->start();
    push_channel->start();
    watcher = std::thread([this] { watch_disk(); });
    return {};
  }

  std::chrono::seconds retire() {
    retiring = true;
    return listener->retire();
  }

  void stop() {
    {
      std::lock_guard const lock(mutex);
      if (stopping) return;
      stopping = true;
    }
    wake.notify_all();
    if (watcher.joinable()) watcher.join();
    if (push_channel) push_channel->stop();
    if (events) events->stop();  // while long connections can still acknowledge
    if (listener) listener->stop(kStopGrace);
    importer.reset();
    slow_work.reset();
    if (engine) engine->stop();
    bus.reset();
    engine.reset();
    ledger.reset();
  }

  std::string url() const {
    auto const& host = config.http.host;
    bool const v6 = host.find(':') != std::string::npos;
    return std::string(config.http.tls_cert_file.empty() ? "http" : "https") + "://" +
           (v6 ? "[" + host + "]" : host) + ":" + std::to_string(listener->port());
  }

  // As people and apps reach this server.
  std::string base_url() const { return config.public_url.empty() ? url() : config.public_url; }

  console::Scheme scheme() const {
    bool const https = config.public_url.empty() ? !config.http.tls_cert_file.empty()
                                                 : config.public_url.starts_with("https:");
    return https ? console::Scheme::https : console::Scheme::http;
  }

  Result<void> ready() const {
    if (engine->low_disk()) {
      return fail(Errc::low_disk, "less than " + std::to_string(config.low_disk_mb) +
                                      " MiB free in " + config.data_folder);
    }
    return engine->reachable();
  }

  void check_disk() {
    struct statvfs disk {};
    if (statvfs(config.data_folder.c_str(), &disk) != 0) return;
    auto const free_mb = disk.f_bavail * disk.f_frsize >> 20;
    bool const low = config.low_disk_mb != 0 && free_mb < config.low_disk_mb;
    if (low == engine->low_disk()) return;
    engine->set_low_disk(low);
    log(low ? Level::error : Level::info,
        low ? "the disk is nearly full: new batches are refused until there is room"
            : "there is room on the disk again: new batches are taken",
        {{"free_mb", std::to_string(free_mb)}, {"folder", config.data_folder}});
  }

  void watch_disk() {
    std::unique_lock lock(mutex);
    while (!wake.wait_for(lock, std::chrono::seconds(1), [this] { return stopping; })) {
      check_disk();
      events->maintain();
    }
  }

  Config config;
  FollowingClock clock;
  LogIds log_ids{clock};
  Key key{};
  AdminToken admin;
  std::shared_ptr<void> folder_lock;
  std::unique_ptr<Ledger> ledger;
  std::unique_ptr<BlobStore> blobs;
  std::unique_ptr<Tokens> tokens;
  std::unique_ptr<Engine> engine;
  std::unique_ptr<NatsBus> bus;
  std::unique_ptr<EventService> events;
  std::unique_ptr<Importer> importer;
  std::unique_ptr<BlockLogs> block_logs;
  std::unique_ptr<console::LiveEvents> live_events;
  std::unique_ptr<live::LiveChannel> live_channel;
  std::unique_ptr<console::PushEvents> push_events;
  std::unique_ptr<webpush::PushChannel> push_channel;
  std::unique_ptr<oidc::Provider> provider;
  std::optional<RateLimiter> rates;
  std::unique_ptr<SlowWork> slow_work = std::make_unique<SlowWork>(kPasswordsWaitingMax);
  Metrics metrics;
  std::unique_ptr<feishu::Context> feishu;
  std::unique_ptr<dingtalk::Context> dingtalk;
  std::unique_ptr<feishu::BatchRules> batch_rules;
  std::unique_ptr<dingtalk::NotificationRules> notification_rules;
  std::unique_ptr<console::Context> console;
  http::Router router;
  std::unique_ptr<http::Listener> listener;

  std::mutex mutex;
  std::condition_variable wake;
  bool stopping = false;
  std::atomic<bool> retiring{false};  // other servers are to take the calls
  std::thread watcher;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() { stop(); }

Result<std::unique_ptr<Server>> Server::open(Config config) {
  auto impl = std::make_unique<Impl>(std::move(config));
  CHECK_OK(impl->open());
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Result<void> Server::start() { return impl_->start(); }
std::chrono::seconds Server::retire() { return impl_->retire(); }
void Server::stop() { impl_->stop(); }
std::string Server::url() const { return impl_->url(); }
std::string const& Server::admin_token() const { return impl_->admin.token; }

void Server::reload() {
  auto const reloaded = impl_->listener->reload_tls();
  if (reloaded) {
    log(Level::info, "read the TLS certificate again");
  } else {
    log(Level::error, "the old TLS certificate stays: " + reloaded.error().detail);
  }
}

}  // namespace carillon::server
