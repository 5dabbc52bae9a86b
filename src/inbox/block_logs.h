// The slices of each block as its people share them, kept in memory within a byte budget: what a
// page and an unread count look through. Slices never change, so only new ones are ever fetched;
// those of purged batches are passed over by who reads, and go with their block's turn in the LRU.
//
// Cost    After the first page of a block: one indexed look into the store a page. Any thread; two
//         readers of one block wait for each other only while its news are fetched.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "inbox/inbox_store.h"

namespace carillon {

class BlockLogs {
 public:
  explicit BlockLogs(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  using Log = std::vector<BlockEntry>;  // ascending by seq
  // Everything committed for that block before this call.
  Result<std::shared_ptr<Log const>> get(InboxStore& store, TenantNo tenant, BlockNo block);

 private:
  struct Block {
    std::uint64_t key;
    std::mutex mutex;
    std::shared_ptr<Log const> log = std::make_shared<Log>();
    std::size_t bytes = 0;  // guarded by BlockLogs::mutex_
  };
  std::shared_ptr<Block> find(std::uint64_t key);
  void account(Block& block, std::size_t bytes);

  std::size_t bytes_max_;
  std::mutex mutex_;
  std::size_t bytes_ = 0;
  std::list<std::shared_ptr<Block>> blocks_;  // the most recently used first
  std::unordered_map<std::uint64_t, std::list<std::shared_ptr<Block>>::iterator> index_;
};

}  // namespace carillon
