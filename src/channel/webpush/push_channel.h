// Tells browsers that are not looking: a push for each message, to each browser that subscribed.
//
// Shape   The writer tells of slices that are on disk; those of their people who may be pushed are
//         planned here (dispatch/push_plan), looked up a few at a time on a reader thread, and
//         called from a few threads of its own, so many calls a second. What was given up goes back
//         through the writer into the person's row.
//         A push says that there is a message, never what it says; one whose batch was recalled
//         before its call is not made.
// Source  docs/decisions/0018-web-push-is-a-knock.md; RFC 8030.
// Limits  PushOptions. Nothing waits for a push: what is too much is dropped, and counted.
// Threads Any. committed() intersects two sets under a lock and returns.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "channel/webhook/webhooks.h"
#include "crypto/p256.h"
#include "dispatch/channel.h"
#include "dispatch/push_plan.h"
#include "ledger/ledger.h"

namespace carillon::webpush {

// What a push says, as the page that gets it reads it; at most 3000 bytes.
class PushFormat {
 public:
  virtual ~PushFormat() = default;
  virtual std::string knock(BatchRecord const& record) const = 0;
};

struct PushOptions {
  PushLimits limits;
  webhook::Rules rules;
  std::size_t threads_max = 16;    // 0: no pushes at all
  std::uint32_t per_second = 500;  // calls; 0: no limit
  std::string contact;             // "mailto:..." or "https://..."
};

struct PushStats {
  std::uint64_t told = 0;      // calls that a push service took
  std::uint64_t refused = 0;   // attempts that failed
  std::uint64_t given_up = 0;  // pushes, for whatever reason
  std::uint64_t dropped = 0;   // people who were not told because too many waited, or for too long
  std::uint64_t waiting = 0;
};

class PushChannel final : public Channel {
 public:
  struct Ports {
    // Runs the job on a thread that may read; false: too many wait.
    std::function<bool(std::function<void(Reader&)>)> read;
    FindBatch find;
    std::function<UserSet(TenantNo, UserSet const&)> pushable;  // those of them who subscribed
    std::function<bool(PersonKey const&)> active;  // somebody who may still open their inbox
    // Has the rows say so; answers on any thread whether they do.
    std::function<void(std::vector<PushGivenUp>, std::function<void(bool written)>)> write;
  };
  PushChannel(Clock const& clock, Ports ports, PushFormat const& format, P256Key key,
              PushOptions options);
  ~PushChannel() override;  // stops

  void start();
  // Calls under way end first; nothing new is begun, what waits is forgotten.
  void stop();

  bool enabled() const { return options_.threads_max != 0; }
  // What browsers subscribe with.
  std::string const& public_key() const { return key_.public_point(); }
  // Errors  invalid_field: not an address that could be called.
  Result<void> check_endpoint(std::string_view endpoint) const;
  PushStats stats() const;

  void committed(std::span<Slice const> slices, std::span<BatchRecord const> recalls) override;

 private:
  struct Call {
    PushVisit visit;
    std::string origin;
    PushSubscription subscription;
  };
  using SteadyTime = std::chrono::steady_clock::time_point;

  void run_thread();
  void add_thread();
  bool step(std::unique_lock<std::mutex>& lock);
  void look_up(std::unique_lock<std::mutex>& lock, std::vector<PushVisit> visits);
  void add_calls(Reader& reader, std::vector<PushVisit> const& visits);
  bool wanted(PushVisit const& visit) const;
  void make(std::unique_lock<std::mutex>& lock, Call call);
  Result<http::ClientResponse> post(Call const& call, BatchRecord const& record, Time now);
  void settle(Call call, Result<http::ClientResponse> const& answer);
  void give_up(Call call, PushReason reason, int status, std::string problem);
  void save(std::unique_lock<std::mutex>& lock);
  std::string authorization_for(std::string const& origin, Time now);

  Clock const& clock_;
  Ports const ports_;
  PushFormat const& format_;
  P256Key const key_;
  PushOptions const options_;
  webhook::Webhooks webhooks_;

  struct Authorization {
    std::string header;
    Time renew_at{};
  };

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  PushPlan plan_;  // guarded by mutex_, as all below
  std::deque<Call> calls_;
  bool looking_up_ = false;
  SteadyTime next_call_{};  // not before
  std::map<std::string, Authorization> authorizations_;
  std::vector<PushGivenUp> given_up_;
  bool saving_ = false;
  PushStats stats_;
  std::vector<std::thread> threads_;
  std::size_t idle_ = 0;
  bool stopping_ = false;
};

// "120", or an HTTP date; zero if it says nothing.
std::chrono::seconds read_retry_after(std::string_view header, Time now);

}  // namespace carillon::webpush
