#include "http/static_files.h"

#include <gtest/gtest.h>

namespace carillon::http {
namespace {

constexpr std::string_view kArchive =
    "inbox/index.html\taa\t5\t0\t0\n"
    "inbox/assets/a-1.js\tbb\t6\t4\t2\n"
    "\n"
    "<html"
    "script"
    "gzip"
    "br";

std::string header_of(Response const& response, std::string_view name) {
  for (auto const& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

Response ask(std::string_view accept, std::string_view known = "") {
  auto const files = StaticFiles::parse(kArchive);
  Request request;
  if (!accept.empty()) request.headers.push_back({"Accept-Encoding", accept});
  if (!known.empty()) request.headers.push_back({"If-None-Match", known});
  return serve(*files.find("inbox/assets/a-1.js"), request);
}

TEST(StaticFiles, AreFoundByTheirWholePath) {
  auto const files = StaticFiles::parse(kArchive);
  ASSERT_NE(files.find("inbox/index.html"), nullptr);
  EXPECT_EQ(files.find("inbox/index.html")->plain, "<html");
  EXPECT_EQ(files.find("inbox/index.html")->content_type, "text/html; charset=utf-8");
  EXPECT_EQ(files.find("inbox"), nullptr);
  EXPECT_EQ(files.find("../inbox/index.html"), nullptr);
}

TEST(StaticFiles, ABrokenArchiveHasNone) {
  EXPECT_TRUE(StaticFiles::parse("").empty());
  EXPECT_TRUE(StaticFiles::parse("nonsense").empty());
  EXPECT_TRUE(StaticFiles::parse("a\tb\t9\t0\t0\n\nshort").empty());
  EXPECT_TRUE(StaticFiles::parse("a\tb\tx\t0\t0\n\nshort").empty());
}

TEST(StaticFiles, TheSmallestFormThatIsTakenIsSent) {
  EXPECT_EQ(ask("").body, "script");
  EXPECT_EQ(header_of(ask(""), "Content-Encoding"), "");
  EXPECT_EQ(ask("gzip, deflate").body, "gzip");
  EXPECT_EQ(ask("gzip;q=0.5, BR").body, "br");
  EXPECT_EQ(header_of(ask("br"), "Content-Encoding"), "br");
  EXPECT_EQ(ask("br;q=0, gzip;q=0.000").body, "script");
  EXPECT_EQ(ask("*").body, "br");
  EXPECT_EQ(header_of(ask("br"), "Vary"), "Accept-Encoding");
}

TEST(StaticFiles, ATagIsOfOneFormOnly) {
  EXPECT_EQ(header_of(ask("br"), "ETag"), "\"bb-br\"");
  EXPECT_EQ(ask("br", "\"bb-br\"").status, 304);
  EXPECT_EQ(ask("br", "\"bb-br\"").body, "");
  EXPECT_EQ(ask("br", "W/\"x\", W/\"bb-br\"").status, 304);
  EXPECT_EQ(ask("gzip", "\"bb-br\"").status, 200);
  EXPECT_EQ(ask("", "*").status, 304);
}

TEST(StaticFiles, AcceptedCodingsAreRead) {
  EXPECT_TRUE(accepts_coding("gzip", "gzip"));
  EXPECT_TRUE(accepts_coding("deflate , gzip ; q=0.1", "gzip"));
  EXPECT_FALSE(accepts_coding("deflate", "gzip"));
  EXPECT_FALSE(accepts_coding("*, gzip;q=0", "gzip"));
  EXPECT_FALSE(accepts_coding("*;q=0", "gzip"));
}

}  // namespace
}  // namespace carillon::http
