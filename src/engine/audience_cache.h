// The sets of recent batches, within a byte budget. They never change once a batch is accepted,
// so whoever holds one may go on reading it.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <unordered_map>

#include "batch/batch.h"
#include "batch/content.h"

namespace carillon {

class AudienceCache {  // one thread
 public:
  explicit AudienceCache(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  std::shared_ptr<AudienceSets const> find(BatchKey const& key);
  void put(BatchKey const& key, std::shared_ptr<AudienceSets const> sets);
  void erase(BatchKey const& key);

 private:
  struct Entry {
    BatchKey key;
    std::shared_ptr<AudienceSets const> sets;
    std::size_t bytes;
  };
  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::list<Entry> entries_;  // the most recently used first
  std::unordered_map<BatchKey, std::list<Entry>::iterator> index_;
};

}  // namespace carillon
