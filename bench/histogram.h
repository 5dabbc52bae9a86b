// Latencies in fixed memory: log-linear buckets, as those of HdrHistogram.
//
// Shape   Values below 256 have a bucket each; above, every power of two is cut into 128, so that a
//         quantile is never off by more than 0.8 %. The largest value is kept as it is.
// Cost    A record is a few instructions and one cache line; 37 KB in all, whatever is recorded.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace carillon::bench {

class Histogram {
 public:
  void record(std::uint64_t value) {
    ++counts_[std::min(bucket_of(value), kBuckets - 1)];
    ++count_;
    max_ = std::max(max_, value);
  }

  std::uint64_t count() const { return count_; }
  std::uint64_t max() const { return max_; }

  // The least bucket end that `share` of the values do not pass; 0 of nothing.
  std::uint64_t quantile(double share) const {
    auto const wanted = std::max<std::uint64_t>(
        1, static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_))));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < kBuckets; ++i) {
      seen += counts_[i];
      if (seen >= wanted) return i + 1 == kBuckets ? max_ : std::min(last_of(i), max_);
    }
    return max_;
  }

 private:
  static constexpr unsigned kBits = 7;      // 128 buckets a power of two
  static constexpr unsigned kOctaves = 35;  // above 256: up to 2^42, over an hour of nanoseconds
  static constexpr std::size_t kBuckets = std::size_t{kOctaves + 1} << kBits;

  static std::size_t bucket_of(std::uint64_t value) {
    if (value < (std::uint64_t{1} << (kBits + 1))) return value;
    auto const shift = static_cast<unsigned>(std::bit_width(value)) - kBits - 1;
    return (std::size_t{shift} << kBits) + (value >> shift);
  }
  static std::uint64_t last_of(std::size_t bucket) {
    if (bucket < (std::size_t{1} << (kBits + 1))) return bucket;
    auto const shift = (bucket >> kBits) - 1;
    return ((bucket - (shift << kBits) + 1) << shift) - 1;
  }

  std::array<std::uint64_t, kBuckets> counts_{};
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace carillon::bench
