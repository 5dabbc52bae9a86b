#include "dialect/console/times.h"

#include <gtest/gtest.h>

namespace carillon::console {
namespace {

TEST(Times, AreUtcWithMilliseconds) {
  EXPECT_EQ(iso_time(from_ms(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(iso_time(from_ms(1'767'323'045'678)), "2026-01-02T03:04:05.678Z");
  EXPECT_EQ(iso_time(from_ms(1'709'251'199'999)), "2024-02-29T23:59:59.999Z");
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
