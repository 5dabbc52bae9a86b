// Whom to push to next, when to try again, and which push service to leave alone: pure.
//
// Shape   Slices wait in their order, each with those of its people who may be pushed. take() hands
//         out visits: a person and a batch, first to all of the person's browsers; a browser whose
//         push was refused is visited again by itself, after a pause. A push service (an origin)
//         that fails again and again rests for such a pause as well; visits that meet it resting
//         wait without being an attempt.
//         While many visits wait to be tried again no slice is begun: slices are small.
// Source  docs/decisions/0018-web-push-is-a-knock.md.
// Limits  PushLimits: above `slices_max` the oldest slice is dropped, and whatever is older than
//         `ttl`. Nothing here is stored: the inbox is the truth, a push only knocks.
// Cost    O(log n) a visit; some 100 bytes for one that waits to be tried again.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "inbox/push.h"
#include "people/user_set.h"

namespace carillon {

struct PushLimits {
  std::size_t slices_max = 4096;
  std::size_t retrying_max = 20'000;
  std::chrono::seconds ttl = std::chrono::hours(24);
  std::vector<std::chrono::seconds> retries{std::chrono::seconds(10), std::chrono::minutes(2),
                                            std::chrono::minutes(15)};
};

struct PushVisit {
  BatchKey batch;
  UserNo user;
  Time since{};                // when the message reached the inbox
  std::string endpoint;        // empty: all browsers of the person
  std::uint32_t attempts = 0;  // at this endpoint, before this one

  PersonKey person() const { return {batch.tenant, user}; }
};

class PushPlan {
 public:
  explicit PushPlan(PushLimits limits) : limits_(std::move(limits)) {}

  // `users` may be pushed; not empty. Gives how many people were dropped to make room.
  std::uint64_t add(BatchKey const& batch, UserSet users, Time since);

  struct Taken {
    std::vector<PushVisit> visits;
    std::uint64_t too_old = 0;  // people dropped because of `ttl`
  };
  Taken take(Time now, std::size_t limit);
  // When take() may have something; none: not before add().
  std::optional<Time> next_due(Time now) const;

  // Nobody was asked: the visit comes again at that time.
  void postpone(PushVisit visit, Time until);
  // Whether a push that failed is tried again; `wait` is what the push service asked for.
  bool retry(PushVisit visit, Time now, std::chrono::seconds wait);

  // Until when this push service is left alone, if it is.
  std::optional<Time> rests_until(std::string const& origin, Time now) const;
  void answered(std::string const& origin);
  // No answer, or one that blames the push service and not the push.
  void failed(std::string const& origin, Time now);

  std::uint64_t waiting() const { return people_ + retrying_.size(); }

 private:
  struct Slice {
    BatchKey batch;
    UserSet users;
    Time since{};
    std::uint64_t next = 0;  // people below it were handed out
  };
  struct Origin {
    std::uint32_t failures = 0;  // in a row
    Time rests_until{};
  };

  std::uint64_t left(Slice const& slice) const;
  void drop_first();
  std::chrono::seconds pause(std::uint32_t attempts) const;

  PushLimits limits_;
  std::deque<Slice> slices_;
  std::uint64_t people_ = 0;  // in slices, not handed out yet
  std::multimap<Time, PushVisit> retrying_;
  std::map<std::string, Origin> origins_;  // those that failed last
};

}  // namespace carillon
