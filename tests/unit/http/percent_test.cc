#include "http/percent.h"

#include <gtest/gtest.h>

namespace carillon::http {
namespace {

TEST(Percent, UnreservedCharactersStandForThemselves) {
  EXPECT_EQ(percent_encode("AZaz09-_.~"), "AZaz09-_.~");
  EXPECT_EQ(percent_encode("a b/c+d?钟\n"), "a%20b%2Fc%2Bd%3F%E9%92%9F%0A");
}

TEST(Percent, WhatIsEncodedIsReadBack) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(percent_decode(percent_encode(all), Plus::keep), all);
  EXPECT_EQ(percent_decode(percent_encode(all), Plus::blank), all);
}

TEST(Percent, ABrokenEscapeStandsForItself) {
  EXPECT_EQ(percent_decode("100%&%zz%4", Plus::keep), "100%&%zz%4");
}

}  // namespace
}  // namespace carillon::http
