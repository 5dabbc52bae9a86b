#include "engine/memory.h"

#include <utility>

namespace carillon {

Memory::Memory(std::shared_ptr<Organisation const> organisation, StoredState state)
    : organisation_(std::move(organisation)),
      counters_(std::move(state.counters)),
      quota_(std::move(state.quota)),
      import_(std::move(state.import)),
      spent_tokens_(std::move(state.spent_tokens)),
      last_audit_(state.last_audit) {
  for (auto const& record : state.batches) batches.put(record);
}

std::shared_ptr<Organisation const> Memory::organisation() const {
  std::lock_guard const lock(mutex_);
  return organisation_;
}

Counters Memory::counters(TenantNo tenant) const {
  std::lock_guard const lock(mutex_);
  auto const at = counters_.find(tenant);
  return at == counters_.end() ? Counters{} : at->second;
}

std::uint64_t Memory::quota_used(QuotaKey const& key) const {
  std::lock_guard const lock(mutex_);
  auto const at = quota_.find(key);
  return at == quota_.end() ? 0 : at->second;
}

ImportProgress Memory::import() const {
  std::lock_guard const lock(mutex_);
  return import_;
}

bool Memory::token_spent(TokenId const& token) const {
  std::lock_guard const lock(mutex_);
  return spent_tokens_.contains(token);
}

AuditNo Memory::last_audit() const {
  std::lock_guard const lock(mutex_);
  return last_audit_;
}

void Memory::forget_spent_tokens(Time before) {
  std::lock_guard const lock(mutex_);
  std::erase_if(spent_tokens_, [before](auto const& token) { return token.second < before; });
}

void Memory::publish(Change const& change, std::shared_ptr<Organisation const> organisation) {
  // Directories first: nobody may see a batch whose people are not known yet. Counters last:
  // whoever sees a seq must find the batches up to it.
  {
    std::lock_guard const lock(mutex_);
    if (organisation) organisation_ = std::move(organisation);
    if (change.import) import_ = *change.import;
    spent_tokens_.insert(change.spent_tokens.begin(), change.spent_tokens.end());
    if (!change.audit.empty()) last_audit_ = change.audit.back().no;
  }
  for (auto const& [key, fresh] : change.new_batches) batches.put(fresh.record);
  for (auto const& [key, move] : change.batch_moves) batches.put(move.to);
  std::lock_guard const lock(mutex_);
  for (auto const& [tenant, move] : change.counters) counters_[tenant] = move.to;
  for (auto const& [key, use] : change.quota) quota_[key] += use.added;
}

}  // namespace carillon
