// NumberTable: an open-addressing hash table of 32-bit numbers that stand for entries kept
// elsewhere; 0 is never in it.
//
// Shape   Buckets of one cache line: twelve numbers, one byte of each one's hash, and how many
//         entries had to go on to a later bucket because this one was full. The table knows
//         neither keys nor hashes: callers compare through the number, and fill it again when it
//         is full. A number may be in it under several hashes.
// Cost    5.3 bytes a slot, between 3/8 and 3/4 full. A look-up reads one line here, and one entry
//         if it is there; a hash byte that misleads is a matter of one in twenty.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace carillon {

inline std::uint64_t mix_hash(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  auto const product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

inline std::uint64_t hash_bytes(std::string_view bytes, std::uint64_t seed) {
  auto h = seed ^ 0xa0761d6478bd642f ^ bytes.size();
  std::uint64_t word = 0;
  while (bytes.size() >= 8) {
    std::memcpy(&word, bytes.data(), 8);
    h = mix_hash(h ^ word, 0xe7037ed1a0b428db);
    bytes.remove_prefix(8);
  }
  word = 0;
  if (!bytes.empty()) std::memcpy(&word, bytes.data(), bytes.size());
  return mix_hash(h ^ word, 0x8ebc6af09c88c6e3);
}

class NumberTable {
 public:
  // The number under this hash for which equals(number) holds, or 0.
  template <class Equals>
  std::uint32_t find(std::uint64_t hash, Equals const& equals) const {
    if (buckets_.empty()) return 0;
    auto const tag = tag_of(hash);
    auto const first = home(hash);
    auto at = first;
    do {
      auto const& bucket = buckets_[at];
      for (auto found = matches(bucket, tag); found != 0; found &= found - 1) {
        auto const number = bucket.numbers[std::countr_zero(found)];
        if (equals(number)) return number;
      }
      if (bucket.passed_by == 0) return 0;
      at = next(at);
    } while (at != first);
    return 0;
  }

  // Starts loading what find() and insert() will need.
  void prefetch(std::uint64_t hash) const {
    if (!buckets_.empty()) __builtin_prefetch(&buckets_[home(hash)], 1);
  }

  struct Entry {
    std::uint32_t number = 0;
    std::uint64_t hash = 0;
  };

  // Time to fill it again with more room?
  bool full() const { return (used_ + 1) * 4 > buckets_.size() * kSlots * 3; }

  // There must be room: full() was false, or reset() was given the number of entries.
  void place(std::uint32_t number, std::uint64_t hash) {
    ++used_;
    for (auto at = home(hash);; at = next(at)) {
      auto& bucket = buckets_[at];
      if (auto const empty = matches(bucket, 0); empty != 0) {
        auto const i = std::countr_zero(empty);
        bucket.tags[i] = tag_of(hash);
        bucket.numbers[i] = number;
        return;
      }
      ++bucket.passed_by;
    }
  }

  // Empty again, with room for so many.
  void reset(std::size_t numbers) {
    used_ = 0;
    std::vector<Bucket>().swap(buckets_);
    auto const filled = kSlots * 3 / 4;  // of a bucket, on average
    buckets_.resize(std::bit_ceil(std::max<std::size_t>((numbers + filled) / filled, 1)));
  }

  // It must be there.
  void erase(std::uint32_t number, std::uint64_t hash) {
    auto const tag = tag_of(hash);
    auto const first = home(hash);
    for (auto at = first;; at = next(at)) {
      auto& bucket = buckets_[at];
      for (std::size_t i = 0; i < kSlots; ++i) {
        // Of two entries of one number with one tag either may go: the other serves both ways.
        if (bucket.tags[i] != tag || bucket.numbers[i] != number) continue;
        bucket.tags[i] = 0;
        for (auto before = first; before != at; before = next(before)) {
          --buckets_[before].passed_by;
        }
        --used_;
        return;
      }
    }
  }

  // Each as often as it is in the table.
  std::vector<std::uint32_t> numbers() const {
    std::vector<std::uint32_t> out;
    out.reserve(used_);
    for (auto const& bucket : buckets_) {
      for (std::size_t i = 0; i < kSlots; ++i) {
        if (bucket.tags[i] != 0) out.push_back(bucket.numbers[i]);
      }
    }
    return out;
  }

  std::size_t bytes() const { return buckets_.size() * sizeof(Bucket); }

 private:
  static constexpr std::size_t kSlots = 12;
  struct alignas(64) Bucket {
    std::uint8_t tags[kSlots];  // 0: empty
    std::uint32_t passed_by;
    std::uint32_t numbers[kSlots];
  };

  // One bit a slot; without branches, since which slot it is cannot be predicted.
  static std::uint32_t matches(Bucket const& bucket, std::uint8_t tag) {
    std::uint32_t found = 0;
    for (std::size_t i = 0; i < kSlots; ++i) {
      found |= static_cast<std::uint32_t>(bucket.tags[i] == tag) << i;
    }
    return found;
  }
  static std::uint8_t tag_of(std::uint64_t hash) {
    return static_cast<std::uint8_t>(hash >> 56 | 1);
  }
  std::size_t home(std::uint64_t hash) const { return hash & (buckets_.size() - 1); }
  std::size_t next(std::size_t at) const { return (at + 1) & (buckets_.size() - 1); }

  std::vector<Bucket> buckets_;  // a power of two
  std::size_t used_ = 0;
};

}  // namespace carillon
