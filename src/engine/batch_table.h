// One small progress record for every batch in memory: what io threads answer progress from.
//
// Shape   Hash maps in shards, each behind its own lock; records are copied in and out.
// Cost    About 100 ns a look-up, some 200 bytes a batch. Any thread.
#pragma once

#include <array>
#include <cstddef>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "batch/batch.h"

namespace carillon {

class BatchTable {
 public:
  static constexpr std::size_t kShards = 64;

  std::optional<BatchRecord> find(BatchKey const& key) const;
  void put(BatchRecord const& record);
  void erase(BatchKey const& key);
  std::size_t size() const;
  std::vector<BatchKey> keys(std::size_t shard) const;

 private:
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<BatchKey, BatchRecord> records;
  };
  Shard& shard_of(BatchKey const& key) { return shards_[std::hash<BatchKey>{}(key) >> 58]; }
  Shard const& shard_of(BatchKey const& key) const {
    return shards_[std::hash<BatchKey>{}(key) >> 58];
  }
  std::array<Shard, kShards> shards_;
};

}  // namespace carillon
