// Web Push of one person: the browsers that hear of new messages, the person's own switch, and
// what went wrong lately.
//
// Shape   One row a person, bounded: subscriptions and failures beyond their limits push the oldest
//         out. A browser is known by its endpoint, a URL of its push service that is as good as a
//         secret: it is never shown.
// Source  docs/decisions/0018-web-push-is-a-knock.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "batch/batch.h"
#include "people/user_no.h"

namespace carillon {

struct PersonKey {
  TenantNo tenant;
  UserNo user;

  friend auto operator<=>(PersonKey const&, PersonKey const&) = default;
};

struct PushSubscription {
  std::string endpoint;
  std::string p256dh;  // the browser's public point, 65 bytes
  std::string auth;    // 16 bytes, shared with the browser
  Time created_at{};

  friend bool operator==(PushSubscription const&, PushSubscription const&) = default;
};

enum class PushReason : std::uint8_t {
  gone = 0,         // the push service does not know the subscription any more: it was removed
  refused = 1,      // the push service did not take it
  unreachable = 2,  // no answer
};

// A push that was given up.
struct PushFailure {
  Time at{};
  std::string endpoint_host;
  BatchNo batch;
  std::uint8_t generation = 0;  // of the batch's outside id
  std::uint32_t attempts = 0;
  PushReason reason = PushReason::refused;
  std::uint32_t status = 0;  // HTTP, of the last attempt; 0: there was no answer
  std::string problem;

  friend bool operator==(PushFailure const&, PushFailure const&) = default;
};

struct PushRow {
  static constexpr std::size_t kSubscriptionsMax = 10;
  static constexpr std::size_t kFailuresMax = 20;

  bool enabled = true;
  std::vector<PushSubscription> subscriptions;  // the oldest first
  std::vector<PushFailure> failures;            // the oldest first

  // There is somebody to push to.
  bool active() const { return enabled && !subscriptions.empty(); }
  friend bool operator==(PushRow const&, PushRow const&) = default;
};

// A push that was given up, for the person's row; if the subscription is gone, it is removed.
struct PushGivenUp {
  PersonKey person;
  std::string endpoint;
  PushFailure failure;
};

}  // namespace carillon
