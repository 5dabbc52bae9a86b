#include "dialect/console/times.h"

#include <gtest/gtest.h>

namespace carillon::console {
namespace {

TEST(Times, AreUtcWithMilliseconds) {
  EXPECT_EQ(iso_time(from_ms(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(iso_time(from_ms(1'767'323'045'678)), "2026-01-02T03:04:05.678Z");
  EXPECT_EQ(iso_time(from_ms(1'709'251'199'999)), "2024-02-29T23:59:59.999Z");
}

TEST(Times, AreReadAsRfc3339WithAnyOffset) {
  auto const at = from_ms(1'767'323'045'678);
  EXPECT_EQ(parse_time("2026-01-02T03:04:05.678Z"), at);
  EXPECT_EQ(parse_time("2026-01-02t03:04:05.678z"), at);
  EXPECT_EQ(parse_time("2026-01-02T11:04:05.678+08:00"), at);
  EXPECT_EQ(parse_time("2026-01-01T22:34:05.678123-04:30"), at);
  EXPECT_EQ(parse_time("2026-01-02T03:04:05Z"), at - std::chrono::milliseconds(678));
  EXPECT_EQ(parse_time("2026-01-02T03:04:05.6Z"), at - std::chrono::milliseconds(78));
  EXPECT_EQ(parse_time(iso_time(at)), at);
  EXPECT_EQ(parse_time("2024-02-29T00:00:00Z"), from_ms(1'709'164'800'000));
}

TEST(Times, WhatIsNoTimeIsNotGuessed) {
  for (auto const* text :
       {"", "2026", "2026-01-02", "2026-01-02T03:04:05", "2026-01-02 03:04:05Z",
        "2026-13-02T03:04:05Z", "2026-02-29T03:04:05Z", "2026-01-02T24:04:05Z",
        "2026-01-02T03:60:05Z", "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05+8",
        "2026-01-02T03:04:05+08:00x", "x2026-01-02T03:04:05Z", "2026-1-2T3:4:5Z"}) {
    EXPECT_EQ(parse_time(text), std::nullopt) << text;
  }
}

TEST(Times, WhatDidNotHappenIsNull) {
  std::string out;
  json::Writer json(out);
  json.begin_object();
  append_time(json, "a", Time{});
  append_time(json, "b", from_ms(1));
  json.end_object();
  EXPECT_EQ(out, R"({"a":null,"b":"1970-01-01T00:00:00.001Z"})");
}

}  // namespace
}  // namespace carillon::console
