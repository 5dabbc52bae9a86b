#include "channel/webpush/push_channel.h"

#include <algorithm>
#include <ctime>
#include <exception>
#include <pthread.h>
#include <system_error>
#include <utility>

#include "channel/webpush/encryption.h"

namespace carillon::webpush {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kVisitsAtOnce = 64;
constexpr std::size_t kCallsLow = 64;  // then the next visits are looked up
constexpr std::size_t kGivenUpMax = 4096;
constexpr std::size_t kWriteMax = 64;  // rows in one decision
constexpr std::size_t kOriginsMax = 64;
constexpr std::size_t kEndpointBytesMax = 1024;
constexpr std::size_t kProblemBytesMax = 300;
constexpr auto kLookAgain = 1s;  // at the longest: the clock may have been set
constexpr auto kAuthorizationTime = 12h;
constexpr auto kAuthorizationRenew = 6h;
constexpr std::size_t kTopicBytes = 24;  // 32 characters

std::string host_of(std::string const& origin) {
  auto const scheme = origin.find("://");
  return scheme == std::string::npos ? origin : origin.substr(scheme + 3);
}

bool taken(int status) { return status >= 200 && status < 300; }
bool gone(int status) { return status == 404 || status == 410; }
// The service is busy or broken: the same push may be taken later.
bool passing(int status) { return status == 429 || status >= 500; }

}  // namespace

std::chrono::seconds read_retry_after(std::string_view header, Time now) {
  constexpr std::size_t kDigitsMax = 9;
  if (header.empty()) return 0s;
  if (header.find_first_not_of("0123456789") == std::string_view::npos) {
    if (header.size() > kDigitsMax) return 0s;
    return std::chrono::seconds(std::stol(std::string(header)));
  }
  std::tm parts{};
  std::string const text(header);
  if (strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts) == nullptr) return 0s;
  auto const at = std::chrono::system_clock::from_time_t(timegm(&parts));
  return std::max(0s, std::chrono::ceil<std::chrono::seconds>(at - now));
}

PushChannel::PushChannel(Clock const& clock, Ports ports, PushFormat const& format, P256Key key,
                         PushOptions options)
    : clock_(clock),
      ports_(std::move(ports)),
      format_(format),
      key_(std::move(key)),
      options_(std::move(options)),
      webhooks_(options_.rules),
      plan_(options_.limits) {}

PushChannel::~PushChannel() { stop(); }

void PushChannel::start() {
  if (!enabled()) return;
  std::lock_guard const lock(mutex_);
  add_thread();
}

void PushChannel::stop() {
  std::vector<std::thread> threads;
  {
    std::lock_guard const lock(mutex_);
    stopping_ = true;
    threads.swap(threads_);
  }
  wake_.notify_all();
  for (auto& thread : threads) thread.join();
}

Result<void> PushChannel::check_endpoint(std::string_view endpoint) const {
  if (endpoint.size() > kEndpointBytesMax) return fail(Errc::invalid_field, "endpoint is too long");
  CHECK_OK(webhook::split_url(endpoint));
  // Without TLS only where somebody has allowed addresses to try things out with.
  if (!endpoint.starts_with("https://") && options_.rules.allowed.empty()) {
    return fail(Errc::invalid_field, "endpoint must begin with https://");
  }
  return {};
}

PushStats PushChannel::stats() const {
  std::lock_guard const lock(mutex_);
  auto out = stats_;
  out.waiting = plan_.waiting() + calls_.size();
  return out;
}

void PushChannel::committed(std::span<Slice const> slices, std::span<BatchRecord const>) {
  if (!enabled()) return;
  bool any = false;
  for (auto const& slice : slices) {
    auto users = ports_.pushable(slice.batch.tenant, slice.delivered);
    if (users.empty()) continue;
    any = true;
    std::lock_guard const lock(mutex_);
    stats_.dropped += plan_.add(slice.batch, std::move(users), slice.committed_at);
  }
  if (any) wake_.notify_one();
}

void PushChannel::add_thread() {
  try {
    threads_.emplace_back([this] {
      pthread_setname_np(pthread_self(), "push");
      run_thread();
    });
  } catch (std::system_error const&) {
    // The machine has no more threads: those that there are go on.
  }
}

void PushChannel::run_thread() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    bool const did = step(lock);
    save(lock);
    if (did || stopping_) continue;
    std::chrono::milliseconds time = kLookAgain;
    auto const now = clock_.now();
    if (auto const due = plan_.next_due(now); due && !looking_up_) {
      time = std::clamp<std::chrono::milliseconds>(*due - now, 1ms, time);
    }
    if (!calls_.empty()) {
      auto const wait = std::chrono::ceil<std::chrono::milliseconds>(
          next_call_ - std::chrono::steady_clock::now());
      time = std::clamp<std::chrono::milliseconds>(wait, 1ms, time);
    }
    ++idle_;
    wake_.wait_for(lock, time);
    --idle_;
  }
}

// One call, or one look-up; false if there is nothing to do now.
bool PushChannel::step(std::unique_lock<std::mutex>& lock) {
  auto const now = clock_.now();
  if (calls_.size() < kCallsLow && !looking_up_) {
    if (auto const due = plan_.next_due(now); due && *due <= now) {
      auto taken = plan_.take(now, kVisitsAtOnce);
      stats_.dropped += taken.too_old;
      if (!taken.visits.empty()) {
        look_up(lock, std::move(taken.visits));
        return true;
      }
    }
  }
  auto const steady = std::chrono::steady_clock::now();
  if (calls_.empty() || steady < next_call_) return false;
  if (options_.per_second != 0) {
    next_call_ =
        std::max(next_call_, steady - 100ms) +
        std::chrono::nanoseconds(std::chrono::nanoseconds(1s).count() / options_.per_second);
  }
  auto call = std::move(calls_.front());
  calls_.pop_front();
  // Whoever is left idle takes what comes next.
  if (idle_ == 0 && threads_.size() < options_.threads_max) add_thread();
  if (!calls_.empty()) wake_.notify_one();
  make(lock, std::move(call));
  return true;
}

void PushChannel::look_up(std::unique_lock<std::mutex>& lock, std::vector<PushVisit> visits) {
  looking_up_ = true;
  lock.unlock();
  bool const runs = ports_.read([this, visits](Reader& reader) { add_calls(reader, visits); });
  lock.lock();
  if (runs) return;
  looking_up_ = false;
  auto const later = clock_.now() + kLookAgain;
  for (auto& visit : visits) plan_.postpone(std::move(visit), later);
}

bool PushChannel::wanted(PushVisit const& visit) const {
  auto const record = ports_.find(visit.batch);
  return record && !record->recall_requested() && ports_.active(visit.person());
}

// A reader thread.
void PushChannel::add_calls(Reader& reader, std::vector<PushVisit> const& visits) {
  std::vector<Call> found;
  std::vector<PushVisit> again;
  for (auto const& visit : visits) {
    if (!wanted(visit)) continue;
    auto row = reader.find_push(visit.person());
    if (!row) {
      again.push_back(visit);
      continue;
    }
    if (!row->enabled) continue;
    for (auto& subscription : row->subscriptions) {
      if (!visit.endpoint.empty() && visit.endpoint != subscription.endpoint) continue;
      auto const url = webhook::split_url(subscription.endpoint);
      if (!url) continue;
      Call call{visit, url->origin, std::move(subscription)};
      call.visit.endpoint = call.subscription.endpoint;
      found.push_back(std::move(call));
    }
  }
  {
    std::lock_guard const lock(mutex_);
    for (auto& call : found) calls_.push_back(std::move(call));
    for (auto& visit : again) plan_.postpone(std::move(visit), clock_.now() + kLookAgain);
    looking_up_ = false;
  }
  wake_.notify_one();
}

void PushChannel::make(std::unique_lock<std::mutex>& lock, Call call) {
  auto const now = clock_.now();
  if (auto const until = plan_.rests_until(call.origin, now)) {
    return plan_.postpone(std::move(call.visit), *until);
  }
  lock.unlock();
  // Asked once more right before the call: it may have been recalled while it waited.
  auto const record = ports_.find(call.visit.batch);
  if (record && wanted(call.visit)) {
    auto const answer = post(call, *record, now);
    lock.lock();
    settle(std::move(call), answer);
    return;
  }
  lock.lock();
}

// Whatever goes wrong is an attempt that failed.
Result<http::ClientResponse> PushChannel::post(Call const& call, BatchRecord const& record,
                                               Time now) {
  try {
    TRY(auto body, encrypt(format_.knock(record), call.subscription));
    auto const& batch = record.key;
    // The same for every push of the batch, so that a later one replaces one not yet delivered.
    auto const topic = sha256(key_.public_point() + std::to_string(batch.tenant.value) + "/" +
                              std::to_string(batch.batch.value));
    auto const rest =
        std::chrono::floor<std::chrono::seconds>(call.visit.since + options_.limits.ttl - now);
    OutgoingCall out;
    out.url = call.subscription.endpoint;
    out.headers = {
        {"Content-Type", "application/octet-stream"},
        {"Content-Encoding", "aes128gcm"},
        {"TTL", std::to_string(std::max<std::int64_t>(0, rest.count()))},
        {"Urgency", "normal"},
        {"Topic", to_base64url({reinterpret_cast<char const*>(topic.data()), kTopicBytes})},
        {"Authorization", authorization_for(call.origin, now)}};
    out.body = std::move(body);
    return webhooks_.post(out);
  } catch (std::exception const& problem) {
    return fail(Errc::unavailable, problem.what());
  }
}

std::string PushChannel::authorization_for(std::string const& origin, Time now) {
  std::lock_guard const lock(mutex_);
  if (auto const at = authorizations_.find(origin);
      at != authorizations_.end() && now < at->second.renew_at &&
      at->second.renew_at - now <= kAuthorizationRenew) {
    return at->second.header;
  }
  if (authorizations_.size() >= kOriginsMax) authorizations_.clear();
  auto& fresh = authorizations_[origin];
  fresh = {authorization(key_, origin, options_.contact, now + kAuthorizationTime),
           now + kAuthorizationRenew};
  return fresh.header;
}

void PushChannel::settle(Call call, Result<http::ClientResponse> const& answer) {
  auto const now = clock_.now();
  if (answer && taken(answer->status)) {
    ++stats_.told;
    plan_.answered(call.origin);
    return;
  }
  ++stats_.refused;
  auto const status = answer ? answer->status : 0;
  auto problem =
      answer ? "the push service answered " + std::to_string(status) : answer.error().detail;
  bool const again = !answer || passing(status);
  if (again) {
    plan_.failed(call.origin, now);
  } else {
    plan_.answered(call.origin);
  }
  if (gone(status)) return give_up(std::move(call), PushReason::gone, status, std::move(problem));
  auto const wait = answer ? read_retry_after(answer->header("Retry-After"), now) : 0s;
  if (again && plan_.retry(call.visit, now, wait)) return;
  give_up(std::move(call), answer ? PushReason::refused : PushReason::unreachable, status,
          std::move(problem));
}

void PushChannel::give_up(Call call, PushReason reason, int status, std::string problem) {
  ++stats_.given_up;
  if (given_up_.size() >= kGivenUpMax) return;
  problem.resize(std::min(problem.size(), kProblemBytesMax));
  auto const& visit = call.visit;
  auto const record = ports_.find(visit.batch);
  PushGivenUp out{visit.person(), visit.endpoint, {}};
  out.failure = {clock_.now(),
                 host_of(call.origin),
                 visit.batch.batch,
                 record ? record->generation : std::uint8_t{0},
                 visit.attempts + 1,
                 reason,
                 static_cast<std::uint32_t>(status),
                 std::move(problem)};
  given_up_.push_back(std::move(out));
}

void PushChannel::save(std::unique_lock<std::mutex>& lock) {
  if (saving_ || given_up_.empty()) return;
  saving_ = true;
  auto const end =
      given_up_.begin() + static_cast<std::ptrdiff_t>(std::min(given_up_.size(), kWriteMax));
  std::vector<PushGivenUp> some(std::make_move_iterator(given_up_.begin()),
                                std::make_move_iterator(end));
  given_up_.erase(given_up_.begin(), end);
  lock.unlock();
  ports_.write(some, [this, some](bool written) {
    std::unique_lock again(mutex_);
    saving_ = false;
    if (written) {
      save(again);
    } else if (given_up_.size() + some.size() <= kGivenUpMax) {
      given_up_.insert(given_up_.begin(), some.begin(), some.end());  // the next one tries again
    }
  });
  lock.lock();
}

}  // namespace carillon::webpush
