// The packed integer keys of the tables (migrations.cc) and the way back.
//
// Shape   The tenant is in the high bits, so that a tenant's rows are one range: first to last.
// Limits  TenantNo below 2^24, BatchNo and Seq below 2^40.
#pragma once

#include <cstdint>

#include "batch/batch.h"
#include "ledger/event.h"

namespace carillon::sqlite {

inline constexpr std::uint64_t kLowMax = (std::uint64_t{1} << 40) - 1;

constexpr std::int64_t pack_key(TenantNo tenant, std::uint64_t low) {
  return static_cast<std::int64_t>(std::uint64_t{tenant.value} << 40 | (low & kLowMax));
}
constexpr TenantNo tenant_of(std::int64_t key) {
  return TenantNo{static_cast<std::uint32_t>(static_cast<std::uint64_t>(key) >> 40)};
}
constexpr std::uint64_t low_of(std::int64_t key) {
  return static_cast<std::uint64_t>(key) & kLowMax;
}

constexpr std::int64_t batch_key(BatchKey key) { return pack_key(key.tenant, key.batch.value); }
constexpr BatchKey batch_of(std::int64_t key) { return {tenant_of(key), BatchNo{low_of(key)}}; }
constexpr std::int64_t slice_key(TenantNo tenant, Seq seq) { return pack_key(tenant, seq.value); }

constexpr std::int64_t event_key(EventKey key) { return pack_key(key.tenant, key.event.value); }
constexpr EventKey event_of(std::int64_t key) { return {tenant_of(key), EventNo{low_of(key)}}; }

constexpr std::int64_t block_key(TenantNo tenant, BlockNo block) {
  return static_cast<std::int64_t>(std::uint64_t{tenant.value} << 16 | block);
}
constexpr BlockNo block_of_key(std::int64_t key) { return static_cast<BlockNo>(key & 0xffff); }

constexpr std::int64_t member_key(TenantNo tenant, std::uint32_t member) {
  return static_cast<std::int64_t>(std::uint64_t{tenant.value} << 32 | member);
}
constexpr TenantNo tenant_of_member(std::int64_t key) {
  return TenantNo{static_cast<std::uint32_t>(static_cast<std::uint64_t>(key) >> 32)};
}
constexpr std::uint32_t member_of(std::int64_t key) { return static_cast<std::uint32_t>(key); }

}  // namespace carillon::sqlite
