// Changes for the store contract, each the shortest that says one thing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "inbox/inbox_store.h"
#include "ledger/change.h"

namespace carillon::testing {

inline constexpr TenantNo kTenant{1};
inline constexpr TenantNo kOther{2};
inline constexpr AppNo kApp{1};
inline Time const kNow = from_ms(1'700'000'000'000);
inline constexpr std::chrono::hours kHour{1};

BatchKey key_of(std::uint64_t batch, TenantNo tenant = kTenant);
NewBatch batch_for(BatchKey key, UserSet users);
Change accepted(BatchKey key, UserSet users);
Slice slice_of(BatchKey key, std::uint64_t seq, UserSet users,
               std::optional<BlockNo> block = std::nullopt);
// A batch that was accepted and delivered in one change.
Change sent(BatchKey key, std::uint64_t seq, UserSet users);
Change counter_move(Counters from, Counters to, TenantNo tenant = kTenant);
Counters counters(std::uint64_t batch, std::uint64_t queue, std::uint64_t seq);
Change quota_use(std::uint64_t added, std::uint64_t used_before, std::uint64_t limit);
Change answered(std::string key, std::uint64_t batch, Time at);
Change moved(BatchRecord to);
Change with(Change first, Change second);
std::vector<std::uint64_t> seqs_of(Result<std::vector<InboxEntry>> const& entries);

}  // namespace carillon::testing
