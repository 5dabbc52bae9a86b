// The load generator's histogram: how far a quantile may be off.

#include "bench/histogram.h"

#include <cstdint>

#include "gtest/gtest.h"

namespace carillon::bench {
namespace {

TEST(HistogramTest, SmallValuesAreExact) {
  Histogram histogram;
  for (std::uint64_t value = 0; value < 256; ++value) histogram.record(value);
  EXPECT_EQ(histogram.quantile(0.5), 127U);
  EXPECT_EQ(histogram.quantile(1), 255U);
}

TEST(HistogramTest, AQuantileIsNeverBelowAndAtMostAHundredthAbove) {
  for (std::uint64_t value = 256; value < (std::uint64_t{1} << 40); value = value * 5 / 4 + 1) {
    Histogram histogram;
    histogram.record(value);
    histogram.record(value * 2);
    auto const median = histogram.quantile(0.5);
    EXPECT_GE(median, value);
    EXPECT_LE(median, value + value / 100);
  }
}

TEST(HistogramTest, TheLargestValueIsKeptHoweverLarge) {
  Histogram histogram;
  histogram.record(1);
  histogram.record(std::uint64_t{1} << 60);
  EXPECT_EQ(histogram.max(), std::uint64_t{1} << 60);
  EXPECT_EQ(histogram.quantile(1), std::uint64_t{1} << 60);
  EXPECT_EQ(histogram.quantile(0.5), 1U);
}

TEST(HistogramTest, NothingRecordedIsZero) { EXPECT_EQ(Histogram().quantile(0.99), 0U); }

}  // namespace
}  // namespace carillon::bench
