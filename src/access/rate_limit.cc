#include "access/rate_limit.h"

#include <algorithm>
#include <utility>

namespace carillon {
namespace {

constexpr std::size_t kSlots = 65536;
constexpr std::size_t kProbes = 8;
constexpr std::uint32_t kToldInParts = 100;  // of the limit

// A window and its count in one word: 40 bits of window number, 24 of count.
constexpr std::uint64_t kCountBits = 24;
constexpr std::uint64_t kCountMask = (1u << kCountBits) - 1;

// Counts one call in `window`, or gives false at the limit.
bool count_in(std::atomic<std::uint64_t>& word, std::uint64_t window, std::uint32_t limit) {
  auto seen = word.load(std::memory_order_relaxed);
  for (;;) {
    auto const count = (seen >> kCountBits) == window ? (seen & kCountMask) : 0;
    if (limit != 0 && count >= limit) return false;
    auto const next = window << kCountBits | std::min(count + 1, kCountMask);
    if (word.compare_exchange_weak(seen, next, std::memory_order_relaxed)) return true;
  }
}

void uncount(std::atomic<std::uint64_t>& word, std::uint64_t window) {
  auto seen = word.load(std::memory_order_relaxed);
  while ((seen >> kCountBits) == window && (seen & kCountMask) != 0 &&
         !word.compare_exchange_weak(seen, seen - 1, std::memory_order_relaxed)) {
  }
}

}  // namespace

struct RateLimiter::Slot {
  std::atomic<std::uint64_t> key{0};
  // Of all servers, as far as this one knows.
  std::atomic<std::uint64_t> second{0};
  std::atomic<std::uint64_t> minute{0};
  std::atomic<std::uint32_t> counted{0};  // here, since take_counted()

  // Whether what it has counted matters no more.
  bool is_past(std::uint64_t this_second, std::uint64_t this_minute) const {
    return (second.load(std::memory_order_relaxed) >> kCountBits) < this_second &&
           (minute.load(std::memory_order_relaxed) >> kCountBits) < this_minute;
  }
};

// What the counts of a window are made of.
struct RateLimiter::Told {
  struct Window {
    std::uint64_t number = 0;
    std::uint32_t own = 0;     // told to the others
    std::uint32_t given = 0;   // by take_counted(); told once learn() says so
    std::uint32_t others = 0;  // learned, and in the slot

    // What there is to tell of the slot's word.
    std::uint32_t take(std::uint64_t word) {
      if (number != word >> kCountBits) *this = {word >> kCountBits, 0, 0, 0};
      auto const count = static_cast<std::uint32_t>(word & kCountMask);
      auto const ours = count - std::min(count, others);
      given = ours - std::min(ours, own);
      return given;
    }
    void learn(std::atomic<std::uint64_t>& word, std::uint64_t everybodys_number,
               std::uint32_t everybodys) {
      own += std::exchange(given, 0);
      if (everybodys_number != number) return;
      auto const now_others = everybodys - std::min(everybodys, own);
      if (now_others > others) add(word, now_others - others);
      others = std::max(others, now_others);
    }
    void add(std::atomic<std::uint64_t>& word, std::uint32_t more) const {
      auto seen = word.load(std::memory_order_relaxed);
      while ((seen >> kCountBits) == number) {
        auto const count = std::min((seen & kCountMask) + more, kCountMask);
        if (word.compare_exchange_weak(seen, number << kCountBits | count,
                                       std::memory_order_relaxed)) {
          return;
        }
      }
    }
  };
  Window second;
  Window minute;
};

namespace {

std::uint64_t word_of(TenantNo tenant, AppNo app, std::uint16_t api) {
  return (std::uint64_t{tenant.value} << 40 ^ std::uint64_t{app.value} << 12 ^ api) + 1;
}

std::size_t home_of(std::uint64_t word) { return (word * 0x9e3779b97f4a7c15) >> 48; }

}  // namespace

RateLimiter::RateLimiter(bool shared) : slots_(std::make_unique<Slot[]>(kSlots)), shared_(shared) {}
RateLimiter::~RateLimiter() = default;

RateLimiter::Slot* RateLimiter::find(std::uint64_t word) const {
  for (std::size_t i = 0; i < kProbes; ++i) {
    auto& at = slots_[(home_of(word) + i) % kSlots];
    if (at.key.load(std::memory_order_acquire) == word) return &at;
  }
  return nullptr;
}

RateLimiter::Slot* RateLimiter::find_or_take(std::uint64_t word, std::uint64_t second) {
  for (std::size_t i = 0; i < kProbes; ++i) {
    auto& at = slots_[(home_of(word) + i) % kSlots];
    std::uint64_t seen = at.key.load(std::memory_order_acquire);
    if (seen == 0) at.key.compare_exchange_strong(seen, word, std::memory_order_acq_rel);
    if (at.key.load(std::memory_order_acquire) == word) return &at;
  }
  for (std::size_t i = 0; i < kProbes; ++i) {
    auto& at = slots_[(home_of(word) + i) % kSlots];
    std::uint64_t seen = at.key.load(std::memory_order_acquire);
    if (at.is_past(second, second / 60) &&
        at.key.compare_exchange_strong(seen, word, std::memory_order_acq_rel)) {
      return &at;
    }
  }
  return nullptr;
}

std::optional<RateRefusal> RateLimiter::admit(TenantNo tenant, AppNo app, std::uint16_t api,
                                              Rate rate, Time now) {
  if (rate.per_second == 0 && rate.per_minute == 0) return std::nullopt;
  auto const second = static_cast<std::uint64_t>(to_ms(now) / 1000);
  auto* slot = find_or_take(word_of(tenant, app, api), second);
  if (slot == nullptr) return std::nullopt;  // better uncounted than counted as somebody else
  if (!count_in(slot->second, second, rate.per_second)) {
    return RateRefusal{rate.per_second, std::chrono::seconds(1)};
  }
  if (rate.per_minute != 0 && !count_in(slot->minute, second / 60, rate.per_minute)) {
    uncount(slot->second, second);
    return RateRefusal{rate.per_minute, std::chrono::seconds(60 - second % 60)};
  }
  if (shared_) note_counted(*slot, {tenant, app, api}, rate);
  return std::nullopt;
}

void RateLimiter::note_counted(Slot& slot, Key const& key, Rate rate) {
  // 0 is no limit: as large as can be.
  auto const limit = std::min(rate.per_second - 1, rate.per_minute - 1) + 1;
  auto const part = std::max(limit / kToldInParts, 1U);
  if ((slot.counted.fetch_add(1, std::memory_order_acq_rel) + 1) % part != 0) return;
  std::lock_guard const lock(mutex_);
  counted_.push_back(key);
}

std::vector<CallTally> RateLimiter::take_counted() {
  std::vector<Key> keys;
  {
    std::lock_guard const lock(mutex_);
    keys.swap(counted_);
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  std::vector<CallTally> out;
  for (auto const& key : keys) {
    auto* slot = find(word_of(key.tenant, key.app, key.api));
    if (slot == nullptr) continue;
    slot->counted.store(0, std::memory_order_release);
    auto& told = told_[key];
    auto const in_second = told.second.take(slot->second.load(std::memory_order_acquire));
    auto in_minute = told.minute.take(slot->minute.load(std::memory_order_acquire));
    // A new minute has begun between the two: its calls are told with their second.
    if (told.minute.number != told.second.number / 60) in_minute = told.minute.given = 0;
    if (in_second == 0 && in_minute == 0) continue;
    out.push_back({key.tenant, key.app, key.api, static_cast<std::int64_t>(told.second.number),
                   in_second, in_minute});
  }
  return out;
}

void RateLimiter::learn(std::vector<CallTally> const& everybodys) {
  std::uint64_t newest = 0;
  for (auto const& tally : everybodys) {
    Key const key{tally.tenant, tally.app, tally.api};
    auto const told = told_.find(key);
    auto* slot = find(word_of(key.tenant, key.app, key.api));
    if (told == told_.end() || slot == nullptr) continue;
    auto const second = static_cast<std::uint64_t>(tally.second);
    told->second.second.learn(slot->second, second, tally.in_second);
    told->second.minute.learn(slot->minute, second / 60, tally.in_minute);
    newest = std::max(newest, second);
  }
  if (newest / 60 == told_minute_) return;
  told_minute_ = newest / 60;
  std::erase_if(told_, [&](auto const& entry) {
    return entry.second.second.number + 60 < newest && entry.second.minute.number < told_minute_;
  });
}

}  // namespace carillon
