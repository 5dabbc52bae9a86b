#include "engine/audience_cache.h"

#include <utility>

namespace carillon {

std::shared_ptr<AudienceSets const> AudienceCache::find(BatchKey const& key) {
  auto const at = index_.find(key);
  if (at == index_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, at->second);
  return at->second->sets;
}

void AudienceCache::put(BatchKey const& key, std::shared_ptr<AudienceSets const> sets) {
  erase(key);
  auto bytes =
      sets->deliverable.memory_bytes() + sets->unavailable.memory_bytes() + sizeof(Entry) + 128;
  for (auto const& kept : sets->withheld) bytes += kept.users.memory_bytes() + sizeof(kept);
  entries_.push_front({key, std::move(sets), bytes});
  index_[key] = entries_.begin();
  bytes_ += bytes;
  while (bytes_ > bytes_max_ && entries_.size() > 1) erase(entries_.back().key);
}

void AudienceCache::erase(BatchKey const& key) {
  auto const at = index_.find(key);
  if (at == index_.end()) return;
  bytes_ -= at->second->bytes;
  entries_.erase(at->second);
  index_.erase(at);
}

}  // namespace carillon
