#include "bus/nats_bus.h"

#include <atomic>
#include <nats/nats.h>
#include <utility>
#include <vector>

namespace carillon {
namespace {

constexpr std::int64_t kConnectMs = 2000;
constexpr std::int64_t kReconnectMs = 500;
constexpr std::int64_t kPingMs = 2000;  // two without an answer: the connection is gone
constexpr int kPingsOut = 2;
constexpr std::int64_t kWriteMs = 1000;
constexpr int kKeptBytes = 64;  // while it is away: old knocks tell nobody anything

struct OptionsEnd {
  void operator()(natsOptions* options) const { natsOptions_Destroy(options); }
};

std::vector<std::string> split_at_commas(std::string const& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0;;) {
    auto const comma = text.find(',', at);
    out.push_back(text.substr(at, comma - at));
    if (comma == std::string::npos) return out;
    at = comma + 1;
  }
}

Result<void> check_address(std::string const& address) {
  auto const host = address.starts_with("nats://")  ? address.substr(7)
                    : address.starts_with("tls://") ? address.substr(6)
                                                    : std::string();
  if (!host.empty()) return {};
  return fail(Errc::invalid_field,
              "\"" + address + "\" is no address of a bus: nats://HOST:PORT is meant, or tls://");
}

}  // namespace

// What the library's threads call. It outlives the bus until the last of them has let it go.
struct NatsBus::Ear {
  std::mutex mutex;
  bool listens = false;
  bool closed = false;
  std::function<void()> on_knock;
  std::function<void(std::string const& text)> note;
  std::atomic<bool> connected{false};
  std::atomic<std::uint64_t> heard{0};

  void hear() {
    heard.fetch_add(1, std::memory_order_relaxed);
    std::lock_guard const lock(mutex);
    if (listens && !closed) on_knock();
  }
  void say(std::string const& text) {
    std::lock_guard const lock(mutex);
    if (!closed) note(text);
  }

  // A share in it, for the library to hold; and what gives it back.
  static void* share(std::shared_ptr<Ear> const& ear) { return new std::shared_ptr<Ear>(ear); }
  static Ear& in(void* share) { return **static_cast<std::shared_ptr<Ear>*>(share); }
  static void give_back(void* share) { delete static_cast<std::shared_ptr<Ear>*>(share); }

  static void on_message(natsConnection* /*unused*/, natsSubscription* /*unused*/, natsMsg* message,
                         void* share) {
    natsMsg_Destroy(message);
    in(share).hear();
  }
  static void on_lost(natsConnection* connection, void* share) {
    in(share).connected = false;
    char const* why = nullptr;
    natsConnection_GetLastError(connection, &why);
    auto const reason = why == nullptr || *why == '\0' ? std::string() : ": " + std::string(why);
    in(share).say("the bus is out of reach" + reason + "; meanwhile the store is looked at");
  }
  static void on_back(natsConnection* /*unused*/, void* share) {
    in(share).connected = true;
    in(share).say("the bus is there again");
    in(share).hear();  // what may have been missed meanwhile
  }
  static void on_closed(natsConnection* /*unused*/, void* share) { give_back(share); }
  // Without one the library prints what it says on stderr.
  static void on_trouble(natsConnection* /*unused*/, natsSubscription* /*unused*/,
                         natsStatus /*unused*/, void* /*unused*/) {}
};

struct NatsBus::Connection {
  natsConnection* nats = nullptr;
  natsSubscription* subscription = nullptr;

  Connection() = default;
  Connection(Connection const&) = delete;
  ~Connection() {
    natsSubscription_Destroy(subscription);
    natsConnection_Destroy(nats);
  }
};

Result<std::unique_ptr<NatsBus>> NatsBus::open(Options options) {
  auto const addresses = split_at_commas(options.addresses);
  std::vector<char const*> servers;
  for (auto const& address : addresses) {
    CHECK_OK(check_address(address));
    servers.push_back(address.c_str());
  }
  auto ear = std::make_shared<Ear>();
  ear->on_knock = std::move(options.on_knock);
  ear->note = std::move(options.note);

  natsOptions* made = nullptr;
  auto status = natsOptions_Create(&made);
  std::unique_ptr<natsOptions, OptionsEnd> const nats_options(made);
  void* const share = Ear::share(ear);
  auto const also = [&](natsStatus next) { status = status == NATS_OK ? next : status; };
  also(natsOptions_SetServers(made, servers.data(), static_cast<int>(servers.size())));
  also(natsOptions_SetName(made, "carillon"));
  also(natsOptions_SetTimeout(made, kConnectMs));
  also(natsOptions_SetMaxReconnect(made, -1));
  also(natsOptions_SetReconnectWait(made, kReconnectMs));
  also(natsOptions_SetReconnectBufSize(made, kKeptBytes));
  also(natsOptions_SetPingInterval(made, kPingMs));
  also(natsOptions_SetMaxPingsOut(made, kPingsOut));
  also(natsOptions_SetWriteDeadline(made, kWriteMs));
  also(natsOptions_SetNoEcho(made, true));
  also(natsOptions_SetSendAsap(made, true));
  also(natsOptions_SetErrorHandler(made, Ear::on_trouble, nullptr));
  also(natsOptions_SetDisconnectedCB(made, Ear::on_lost, share));
  also(natsOptions_SetReconnectedCB(made, Ear::on_back, share));
  also(natsOptions_SetRetryOnFailedConnect(made, true, Ear::on_back, share));
  also(natsOptions_SetClosedCB(made, Ear::on_closed, share));
  auto connection = std::make_unique<Connection>();
  if (status == NATS_OK) {
    status = natsConnection_Connect(&connection->nats, made);
    ear->connected = status == NATS_OK;
    if (status == NATS_NOT_YET_CONNECTED) {
      ear->say("the bus is out of reach; meanwhile the store is looked at");
      status = NATS_OK;
    }
  }
  if (connection->nats == nullptr) {
    Ear::give_back(share);
    return fail(Errc::invalid_field, "the bus at " + options.addresses +
                                         " cannot be used: " + natsStatus_GetText(status));
  }
  void* const listener = Ear::share(ear);
  status = natsConnection_Subscribe(&connection->subscription, connection->nats,
                                    options.subject.c_str(), Ear::on_message, listener);
  if (status != NATS_OK) {
    Ear::give_back(listener);
    return fail(Errc::internal,
                std::string("cannot listen on the bus: ") + natsStatus_GetText(status));
  }
  natsSubscription_SetOnCompleteCB(connection->subscription, Ear::give_back, listener);
  return std::unique_ptr<NatsBus>(
      new NatsBus(std::move(ear), std::move(connection), std::move(options.subject)));
}

NatsBus::NatsBus(std::shared_ptr<Ear> ear, std::unique_ptr<Connection> connection,
                 std::string subject)
    : ear_(std::move(ear)), connection_(std::move(connection)), subject_(std::move(subject)) {
  thread_ = std::thread([this] { run(); });
}

NatsBus::~NatsBus() {
  {
    std::lock_guard const lock(ear_->mutex);
    ear_->closed = true;
  }
  {
    std::lock_guard const lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void NatsBus::listen() {
  std::lock_guard const lock(ear_->mutex);
  ear_->listens = true;
}

void NatsBus::knock() {
  {
    std::lock_guard const lock(mutex_);
    if (std::exchange(due_, true)) return;
  }
  wake_.notify_one();
}

BusStats NatsBus::stats() const { return {ear_->connected, ear_->heard}; }

void NatsBus::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return due_ || stopping_; });
    if (stopping_) return;
    due_ = false;
    lock.unlock();
    (void)natsConnection_Publish(connection_->nats, subject_.c_str(), nullptr, 0);
    lock.lock();
  }
}

}  // namespace carillon
