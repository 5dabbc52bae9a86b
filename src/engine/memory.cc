#include "engine/memory.h"

#include <utility>

namespace carillon {

Memory::Memory(std::shared_ptr<Organisation const> organisation, StoredState state)
    : organisation_(std::move(organisation)),
      counters_(std::move(state.counters)),
      quota_(std::move(state.quota)),
      import_(std::move(state.import)),
      push_(std::move(state.push)),
      spent_tokens_(std::move(state.spent_tokens)),
      last_audit_(state.last_audit) {
  for (auto const& record : state.batches) {
    batches.put(record);
    note(record);
  }
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

UserSet Memory::pushable(TenantNo tenant, UserSet const& users) const {
  std::lock_guard const lock(mutex_);
  auto const at = push_.find(tenant);
  return at == push_.end() ? UserSet{} : at->second & users;
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

std::vector<BatchRecord> Memory::unfinished() const {
  std::vector<BatchKey> keys;
  {
    std::lock_guard const lock(mutex_);
    keys.assign(unfinished_.begin(), unfinished_.end());
  }
  std::vector<BatchRecord> out;
  out.reserve(keys.size());
  for (auto const& key : keys) {
    if (auto const record = batches.find(key)) out.push_back(*record);
  }
  return out;
}

void Memory::note(BatchRecord const& record) {
  if (!record.finished()) {
    unfinished_.insert(record.key);
  } else if (!unfinished_.empty()) {
    unfinished_.erase(record.key);
  }
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
  for (auto const& key : change.purged) batches.erase(key);
  std::lock_guard const lock(mutex_);
  for (auto const& [key, fresh] : change.new_batches) note(fresh.record);
  for (auto const& [key, move] : change.batch_moves) note(move.to);
  for (auto const& [tenant, move] : change.counters) counters_[tenant] = move.to;
  for (auto const& [key, use] : change.quota) quota_[key] = use.used_before + use.added;
  for (auto const& [person, row] : change.push) {
    auto& users = push_[person.tenant];
    if (row.active()) {
      users.add(person.user);
    } else {
      users.remove(person.user);
    }
  }
}

}  // namespace carillon
