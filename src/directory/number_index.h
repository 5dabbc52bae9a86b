// NumberIndex: from hashes of keys to numbers, in shards that copies share until they change.
//
// Shape   Linear hashing: there are a few more shards whenever there are some hundred more entries,
//         one shard split at a time, so that no single insertion pays for a large index. A number
//         may be in it under several keys. As with NumberTable, keys stay with the caller:
//         `hashes_of(number, take)` gives take() every hash that the number has now.
// Cost    An insertion copies a shard of at most about 2,000 entries (16 KB) if a snapshot shares
//         it, and now and then asks for the hashes of all numbers of one shard.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <numeric>
#include <span>
#include <tuple>
#include <vector>

#include "directory/cow_array.h"
#include "directory/number_table.h"

namespace carillon {

class NumberIndex {
 public:
  // The number under this hash for which equals(number) holds, or 0.
  template <class Equals>
  std::uint32_t find(std::uint64_t hash, Equals const& equals) const {
    auto const* const shard = shards_.find(shard_of(hash));
    return shard == nullptr ? 0 : shard->find(hash, equals);
  }
  void prefetch(std::uint64_t hash) const {
    if (auto const* const shard = shards_.find(shard_of(hash))) shard->prefetch(hash);
  }

  // Once more under the same hash changes nothing.
  template <class HashesOf>
  void insert(std::uint32_t number, std::uint64_t hash, HashesOf const& hashes_of) {
    auto const is_it = [number](std::uint32_t other) { return other == number; };
    if (find(hash, is_it) != 0) return;
    if (used_ >= std::uint64_t{kShardEntries} * shard_count_) split(hashes_of);
    auto const at = shard_of(hash);
    auto& shard = shards_.edit(at);
    if (shard.full()) {
      rebuild({at}, shard.numbers(), hashes_of);
      if (find(hash, is_it) != 0) return;
    }
    shards_.edit(at).place(number, hash);
    ++used_;
  }
  // Without a look whether it is there; for add() in fill().
  template <class HashesOf>
  void append(std::uint32_t number, std::uint64_t hash, HashesOf const& hashes_of) {
    auto& shard = shards_.edit(shard_of(hash));
    if (shard.full()) return insert(number, hash, hashes_of);
    shard.place(number, hash);
    ++used_;
  }

  void erase(std::uint32_t number, std::uint64_t hash) {
    auto const at = shard_of(hash);
    auto const* const shard = shards_.find(at);
    if (shard == nullptr || shard->find(hash, [&](std::uint32_t n) { return n == number; }) == 0) {
      return;
    }
    shards_.edit(at).erase(number, hash);
    --used_;
  }

  // In place of what is in it: these, a shard after the other, so that what is written is in the
  // cache. Entries with a hash in common are handed to add(entry), ascending by number, once the
  // others of their shard are in: only they may have a key in common.
  template <class Add>
  void fill(std::span<NumberTable::Entry const> entries, Add const& add) {
    shards_.clear();
    used_ = 0;
    shard_count_ = static_cast<std::uint32_t>(std::bit_ceil(entries.size() / kBulkEntries + 1));
    std::vector<std::size_t> ends(shard_count_ + 1);
    for (auto const& entry : entries) ++ends[shard_of(entry.hash) + 1];
    std::partial_sum(ends.begin(), ends.end(), ends.begin());
    std::vector<NumberTable::Entry> sorted(entries.size());
    for (auto const& entry : entries) sorted[ends[shard_of(entry.hash)]++] = entry;
    auto first = sorted.begin();
    for (std::uint32_t at = 0; at < shard_count_; ++at) {
      auto const last = sorted.begin() + static_cast<std::ptrdiff_t>(ends[at]);
      std::sort(first, last, [](auto const& a, auto const& b) {
        return std::tie(a.hash, a.number) < std::tie(b.hash, b.number);
      });
      fill_shard(at, {first, last}, add);
      first = last;
    }
  }

  std::size_t memory_bytes() const {
    std::size_t out = shards_.overhead_bytes();
    shards_.for_each([&](NumberTable const& shard) { out += sizeof(shard) + shard.bytes(); });
    return out;
  }

 private:
  static constexpr std::uint32_t kShardEntries = 1200;
  static constexpr std::size_t kBulkEntries = 1000;

  // `entries` ascend by hash.
  template <class Add>
  void fill_shard(std::uint32_t at, std::span<NumberTable::Entry const> entries, Add const& add) {
    auto const shared = [&](std::size_t i) {
      auto const hash = entries[i].hash;
      return (i > 0 && entries[i - 1].hash == hash) ||
             (i + 1 < entries.size() && entries[i + 1].hash == hash);
    };
    if (entries.empty()) return;
    auto& shard = shards_.edit(at);
    shard.reset(entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (shared(i)) continue;
      shard.place(entries[i].number, entries[i].hash);
      ++used_;
    }
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (shared(i)) add(entries[i]);
    }
  }

  // By bits that neither choose the bucket within a shard nor make the tag.
  std::uint32_t shard_of(std::uint64_t hash) const {
    auto const bits = static_cast<std::uint32_t>(hash >> 24);
    auto const mask = std::bit_ceil(shard_count_) - 1;
    auto const at = bits & mask;
    return at < shard_count_ ? at : at & (mask >> 1);
  }

  template <class HashesOf>
  void split(HashesOf const& hashes_of) {
    auto const added = shard_count_++;
    auto const from = added & ((std::bit_ceil(shard_count_) - 1) >> 1);
    auto const* const shard = shards_.find(from);
    if (shard != nullptr) rebuild({from, added}, shard->numbers(), hashes_of);
  }

  // Fills these shards anew with what the first of them holds: of the numbers' hashes only those
  // that are in it, for others may have taken over the rest.
  template <class HashesOf>
  void rebuild(std::vector<std::uint32_t> const& shards, std::vector<std::uint32_t> numbers,
               HashesOf const& hashes_of) {
    std::sort(numbers.begin(), numbers.end());
    auto const before = numbers.size();
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    std::vector<std::vector<NumberTable::Entry>> entries(shards.size());
    auto const& old = *shards_.find(shards.front());
    for (auto const number : numbers) {
      hashes_of(number, [&](std::uint64_t hash) {
        if (old.find(hash, [&](std::uint32_t n) { return n == number; }) == 0) return;
        auto const at = shard_of(hash);
        for (std::size_t i = 0; i < shards.size(); ++i) {
          if (shards[i] == at) entries[i].push_back({number, hash});
        }
      });
    }
    used_ -= before;
    for (std::size_t i = 0; i < shards.size(); ++i) {
      auto& shard = shards_.edit(shards[i]);
      shard.reset(entries[i].size() + entries[i].size() / 2);
      for (auto const& [number, hash] : entries[i]) shard.place(number, hash);
      used_ += entries[i].size();
    }
  }

  CowArray<NumberTable> shards_;
  std::uint32_t shard_count_ = 1;
  std::uint64_t used_ = 0;
};

}  // namespace carillon
