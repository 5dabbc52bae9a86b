// Call rates: at most so many calls a second and a minute by one app of one API.
//
// Shape   Fixed windows of a whole second and a whole minute per (tenant, app, API), in memory.
//         Several servers share their counts: take_counted() gives what this one has admitted since
//         it was asked last, learn() what all of them have. Between two such exchanges each knows
//         of the others' calls only what it learned, so that together they may admit a little more.
//         Telling costs a write to the store, so what is less than a hundredth of the limit waits.
// Source  feishu.md section 5.3. A call that is refused uses nothing up.
// Cost    Two atomic operations on a slot of its own; any thread. A slot whose windows are over is
//         taken over by another key; with 65,536 keys at a time some calls are not counted.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "directory/numbers.h"

namespace carillon {

struct Rate {
  std::uint32_t per_second = 0;  // 0: no limit
  std::uint32_t per_minute = 0;
};

struct RateRefusal {
  std::uint32_t limit;            // the one that was hit
  std::chrono::seconds retry_in;  // at least 1
};

// Calls of one app of one API: of a whole second since 1970, and of the minute it is in.
struct CallTally {
  TenantNo tenant;
  AppNo app;
  std::uint16_t api = 0;
  std::int64_t second = 0;
  std::uint32_t in_second = 0;
  std::uint32_t in_minute = 0;

  friend bool operator==(CallTally const&, CallTally const&) = default;
};

class RateLimiter {
 public:
  // `shared`: counts are exchanged with other servers.
  explicit RateLimiter(bool shared = false);
  // Counts the call, or says by which limit it is refused.
  std::optional<RateRefusal> admit(TenantNo tenant, AppNo app, std::uint16_t api, Rate rate,
                                   Time now);

  // What was admitted here, has not been learned yet and is worth telling, in the order of tenant,
  // app and API. These two belong to one thread.
  std::vector<CallTally> take_counted();
  // What all servers have admitted, this one's calls up to `take_counted` among them.
  void learn(std::vector<CallTally> const& everybodys);

  ~RateLimiter();

 private:
  struct Slot;
  struct Told;
  struct Key {
    TenantNo tenant;
    AppNo app;
    std::uint16_t api = 0;
    friend auto operator<=>(Key const&, Key const&) = default;
  };
  Slot* find(std::uint64_t word) const;
  Slot* find_or_take(std::uint64_t word, std::uint64_t second);
  void note_counted(Slot& slot, Key const& key, Rate rate);

  std::unique_ptr<Slot[]> slots_;
  bool const shared_;
  std::mutex mutex_;
  std::vector<Key> counted_;  // those with something to tell
  // Of take_counted()'s thread.
  std::map<Key, Told> told_;
  std::uint64_t told_minute_ = 0;
};

}  // namespace carillon
