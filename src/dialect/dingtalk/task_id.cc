#include "dialect/dingtalk/task_id.h"

#include "crypto/big_endian.h"

namespace carillon::dingtalk {
namespace {

constexpr int kBits = 52;
constexpr std::uint64_t kMask = (std::uint64_t{1} << kBits) - 1;
constexpr std::uint64_t kBatchMask = (std::uint64_t{1} << 40) - 1;
constexpr std::uint64_t kCheck = 0b1011;

// Of an odd number, modulo 2^64 and so modulo any smaller power; each turn doubles the good bits.
std::uint64_t inverse(std::uint64_t odd) {
  auto out = odd;  // good for 3 bits
  for (int i = 0; i < 5; ++i) out *= 2 - odd * out;
  return out;
}

// Its own inverse, since the shift is half of the bits.
std::uint64_t fold(std::uint64_t n) { return n ^ n >> (kBits / 2); }

}  // namespace

TaskIds::TaskIds(Key const& installation_key) {
  auto const key = derive_key(installation_key, "task ids");
  for (int i = 0; i < 2; ++i) {
    factors_[i] = get_big_endian(&key[static_cast<std::size_t>(i) * 8], 8) | 1;
    inverses_[i] = inverse(factors_[i]);
  }
}

std::int64_t TaskIds::number(Task const& task) const {
  auto n = kCheck << 48 | std::uint64_t{task.generation} << 40 | (task.batch.value & kBatchMask);
  n = fold(n * factors_[0] & kMask);
  n = fold(n * factors_[1] & kMask);
  return static_cast<std::int64_t>(n);
}

std::optional<TaskIds::Task> TaskIds::find(std::int64_t number) const {
  if (number < 0 || static_cast<std::uint64_t>(number) > kMask) return std::nullopt;
  auto n = static_cast<std::uint64_t>(number);
  n = fold(n) * inverses_[1] & kMask;
  n = fold(n) * inverses_[0] & kMask;
  if (n >> 48 != kCheck) return std::nullopt;
  return Task{BatchNo{n & kBatchMask}, static_cast<std::uint8_t>(n >> 40)};
}

}  // namespace carillon::dingtalk
