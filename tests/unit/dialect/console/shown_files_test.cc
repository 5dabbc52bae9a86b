#include "dialect/console/shown_files.h"

#include <string>

#include <gtest/gtest.h>

namespace carillon::console {
namespace {

std::string name_in(std::string_view name) {
  auto const header = attachment_header(name, ".pdf");
  constexpr std::string_view kStart = "attachment; filename*=UTF-8''";
  EXPECT_TRUE(header.starts_with(kStart)) << header;
  return header.substr(kStart.size());
}

TEST(ShownFiles, NamesComeInAnyScript) {
  EXPECT_EQ(name_in("report-1_v2.pdf"), "report-1_v2.pdf");
  EXPECT_EQ(name_in("假 期.pdf"), "%E5%81%87%20%E6%9C%9F.pdf");
  EXPECT_EQ(name_in("a\"b;c'd%20.pdf"), "a%22b%3Bc%27d%2520.pdf");
}

TEST(ShownFiles, NamesLeadNowhereElse) {
  EXPECT_EQ(name_in("/etc/passwd"), "passwd");
  EXPECT_EQ(name_in("..\\..\\x.pdf"), "x.pdf");
  EXPECT_EQ(name_in("a\r\nSet-Cookie: b.pdf"), "aSet-Cookie%3A%20b.pdf");
}

TEST(ShownFiles, WhatIsNoNameIsReplaced) {
  for (auto const* name : {"", "..", "a/", " ", "\xbc\xd9\xc6\xda.pdf", "\xe5\x81"}) {
    EXPECT_EQ(name_in(name), "file.pdf") << name;
  }
}

// "206 bytes 2-3/10 cd", "200 abcdefghij"
std::string cut(std::string_view range) {
  http::Response response;
  response.body = "abcdefghij";
  cut_to_range(response, range);
  auto out = std::to_string(response.status) + " ";
  for (auto const& [name, value] : response.headers) {
    if (name == "Content-Range") out += value + " ";
  }
  return out + response.body;
}

TEST(ShownFiles, OneRangeIsCutOut) {
  EXPECT_EQ(cut("bytes=0-1"), "206 bytes 0-1/10 ab");
  EXPECT_EQ(cut("bytes=0-"), "206 bytes 0-9/10 abcdefghij");
  EXPECT_EQ(cut("bytes=7-99"), "206 bytes 7-9/10 hij");
  EXPECT_EQ(cut("bytes=-3"), "206 bytes 7-9/10 hij");
  EXPECT_EQ(cut("bytes=-99"), "206 bytes 0-9/10 abcdefghij");
}

TEST(ShownFiles, OtherRangesArePassedOver) {
  for (auto const* range :
       {"", "bytes", "bytes=", "bytes=-", "bytes=-0", "bytes=10-", "bytes=3-2", "bytes=x-2",
        "bytes=2-x", "bytes=-x", "bytes=0-1,3-4", "bytes=0-99999999999999999999", "lines=0-1"}) {
    EXPECT_EQ(cut(range), "200 abcdefghij") << range;
  }
  http::Response empty;
  cut_to_range(empty, "bytes=0-0");
  EXPECT_EQ(empty.status, 200);
}

}  // namespace
}  // namespace carillon::console
