#include "engine/batch_table.h"

namespace carillon {

std::optional<BatchRecord> BatchTable::find(BatchKey const& key) const {
  auto const& shard = shard_of(key);
  std::lock_guard const lock(shard.mutex);
  auto const at = shard.records.find(key);
  if (at == shard.records.end()) return std::nullopt;
  return at->second;
}

void BatchTable::put(BatchRecord const& record) {
  auto& shard = shard_of(record.key);
  std::lock_guard const lock(shard.mutex);
  shard.records[record.key] = record;
}

void BatchTable::erase(BatchKey const& key) {
  auto& shard = shard_of(key);
  std::lock_guard const lock(shard.mutex);
  shard.records.erase(key);
}

std::size_t BatchTable::size() const {
  std::size_t out = 0;
  for (auto const& shard : shards_) {
    std::lock_guard const lock(shard.mutex);
    out += shard.records.size();
  }
  return out;
}

std::vector<BatchKey> BatchTable::keys(std::size_t index) const {
  auto const& shard = shards_[index];
  std::lock_guard const lock(shard.mutex);
  std::vector<BatchKey> out;
  out.reserve(shard.records.size());
  for (auto const& [key, record] : shard.records) out.push_back(key);
  return out;
}

}  // namespace carillon
