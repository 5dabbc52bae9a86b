#include "inbox/block_logs.h"

#include <utility>

namespace carillon {
namespace {

constexpr std::size_t kFetch = 256;

std::size_t bytes_of(BlockEntry const& entry) {
  return sizeof(BlockEntry) + entry.delivered->memory_bytes() + 64;
}

}  // namespace

Result<std::shared_ptr<BlockLogs::Log const>> BlockLogs::get(InboxStore& store, TenantNo tenant,
                                                             BlockNo block_no) {
  auto const block = find(std::uint64_t{tenant.value} << 16 | block_no);
  std::lock_guard const lock(block->mutex);
  auto const last = block->log->empty() ? Seq{} : block->log->back().entry.seq;
  TRY(auto news, store.block_entries(tenant, block_no, last, kFetch));
  if (news.empty()) return block->log;
  // Copied, because others may be reading the old one; news are rare, readers are many.
  auto log = std::make_shared<Log>(*block->log);
  std::size_t added = 0;
  while (!news.empty()) {
    for (auto& entry : news) {
      added += bytes_of(entry);
      log->push_back(std::move(entry));
    }
    TRY(auto more, store.block_entries(tenant, block_no, log->back().entry.seq, kFetch));
    news = std::move(more);
  }
  block->log = std::move(log);
  account(*block, added);
  return block->log;
}

std::shared_ptr<BlockLogs::Block> BlockLogs::find(std::uint64_t key) {
  std::lock_guard const lock(mutex_);
  if (auto const at = index_.find(key); at != index_.end()) {
    blocks_.splice(blocks_.begin(), blocks_, at->second);
    return *at->second;
  }
  auto block = std::make_shared<Block>();
  block->key = key;
  blocks_.push_front(block);
  index_[key] = blocks_.begin();
  return block;
}

void BlockLogs::account(Block& block, std::size_t bytes) {
  std::lock_guard const lock(mutex_);
  if (!index_.contains(block.key)) return;  // evicted meanwhile
  block.bytes += bytes;
  bytes_ += bytes;
  while (bytes_ > bytes_max_ && blocks_.size() > 1) {
    bytes_ -= blocks_.back()->bytes;
    index_.erase(blocks_.back()->key);
    blocks_.pop_back();
  }
}

}  // namespace carillon
