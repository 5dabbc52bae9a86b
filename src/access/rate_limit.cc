#include "access/rate_limit.h"

#include <algorithm>

namespace carillon {
namespace {

constexpr std::size_t kSlots = 65536;
constexpr std::size_t kProbes = 8;

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
  std::atomic<std::uint64_t> second{0};
  std::atomic<std::uint64_t> minute{0};

  // Whether what it has counted matters no more.
  bool is_past(std::uint64_t this_second, std::uint64_t this_minute) const {
    return (second.load(std::memory_order_relaxed) >> kCountBits) < this_second &&
           (minute.load(std::memory_order_relaxed) >> kCountBits) < this_minute;
  }
};

RateLimiter::RateLimiter() : slots_(std::make_unique<Slot[]>(kSlots)) {}
RateLimiter::~RateLimiter() = default;

std::optional<RateRefusal> RateLimiter::admit(TenantNo tenant, AppNo app, std::uint16_t api,
                                              Rate rate, Time now) {
  if (rate.per_second == 0 && rate.per_minute == 0) return std::nullopt;
  std::uint64_t const key =
      (std::uint64_t{tenant.value} << 40 ^ std::uint64_t{app.value} << 12 ^ api) + 1;
  auto const home = (key * 0x9e3779b97f4a7c15) >> 48;
  auto const second = static_cast<std::uint64_t>(to_ms(now) / 1000);
  auto const minute = second / 60;
  Slot* slot = nullptr;
  for (std::size_t i = 0; i < kProbes && slot == nullptr; ++i) {
    auto& at = slots_[(home + i) % kSlots];
    std::uint64_t seen = at.key.load(std::memory_order_acquire);
    if (seen == 0) at.key.compare_exchange_strong(seen, key, std::memory_order_acq_rel);
    if (at.key.load(std::memory_order_acquire) == key) slot = &at;
  }
  for (std::size_t i = 0; i < kProbes && slot == nullptr; ++i) {
    auto& at = slots_[(home + i) % kSlots];
    std::uint64_t seen = at.key.load(std::memory_order_acquire);
    if (at.is_past(second, minute) &&
        at.key.compare_exchange_strong(seen, key, std::memory_order_acq_rel)) {
      slot = &at;
    }
  }
  if (slot == nullptr) return std::nullopt;  // better uncounted than counted as somebody else
  if (!count_in(slot->second, second, rate.per_second)) {
    return RateRefusal{rate.per_second, std::chrono::seconds(1)};
  }
  if (rate.per_minute != 0 && !count_in(slot->minute, minute, rate.per_minute)) {
    uncount(slot->second, second);
    return RateRefusal{rate.per_minute, std::chrono::seconds(60 - second % 60)};
  }
  return std::nullopt;
}

}  // namespace carillon
