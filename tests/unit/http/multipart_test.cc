#include "http/multipart.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace carillon::http {
namespace {

using testing::HasSubstr;

struct Part {
  PartHead head;
  std::string bytes;
  bool ended = false;
};

struct Collected final : PartReceiver {
  std::vector<Part> parts;
  Result<void> part(PartHead&& head) override {
    parts.push_back({std::move(head), {}, false});
    return {};
  }
  Result<void> data(std::string_view bytes) override {
    parts.back().bytes += bytes;
    return {};
  }
  Result<void> part_end() override {
    parts.back().ended = true;
    return {};
  }
};

struct Outcome {
  std::vector<Part> parts;
  bool finished = false;
  std::string problem;
};

Outcome parse(std::string_view body, std::size_t piece, std::string_view boundary = "B") {
  Collected collected;
  MultipartParser parser(boundary, collected);
  Outcome out;
  for (std::size_t at = 0; at < body.size(); at += piece) {
    if (auto taken = parser.append(body.substr(at, piece)); !taken) {
      out.problem = taken.error().detail;
      EXPECT_EQ(taken.error().code, Errc::invalid_field);
      break;
    }
  }
  out.finished = parser.finished();
  out.parts = std::move(collected.parts);
  return out;
}

// In pieces of every size, which must make no difference.
Outcome parse(std::string_view body) {
  auto const whole = parse(body, body.size() + 1);
  for (std::size_t piece = 1; piece < 9; ++piece) {
    auto const other = parse(body, piece);
    EXPECT_EQ(other.finished, whole.finished) << "pieces of " << piece;
    EXPECT_EQ(other.problem, whole.problem) << "pieces of " << piece;
    EXPECT_EQ(other.parts.size(), whole.parts.size()) << "pieces of " << piece;
    for (std::size_t i = 0; i < std::min(other.parts.size(), whole.parts.size()); ++i) {
      EXPECT_EQ(other.parts[i].bytes, whole.parts[i].bytes) << "pieces of " << piece;
    }
  }
  return whole;
}

TEST(Multipart, PartsComeInAnyOrderWithTheirBytes) {
  auto const out = parse(
      "--B\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n"
      "Content-Type: image/png\r\n\r\n\x89PNG\r\n\x1a\n\r\n"
      "--B\r\nContent-Disposition: form-data; name=\"image_type\"\r\n\r\nmessage\r\n--B--\r\n");
  EXPECT_TRUE(out.finished);
  ASSERT_EQ(out.parts.size(), 2u);
  EXPECT_EQ(out.parts[0].head.name, "image");
  EXPECT_EQ(out.parts[0].head.file_name, "a.png");
  EXPECT_EQ(out.parts[0].head.content_type, "image/png");
  EXPECT_TRUE(out.parts[0].head.is_file);
  EXPECT_EQ(out.parts[0].bytes, "\x89PNG\r\n\x1a\n");
  EXPECT_EQ(out.parts[1].head.name, "image_type");
  EXPECT_FALSE(out.parts[1].head.is_file);
  EXPECT_EQ(out.parts[1].bytes, "message");
  EXPECT_TRUE(out.parts[1].ended);
}

// As a client is known to write it: no blanks anywhere.
TEST(Multipart, NoBlanksAfterColonsAndSemicolons) {
  auto const out = parse(
      "--B\r\nContent-Disposition:form-data;name=\"media\";filename=\"x.jpg\"\r\n"
      "Content-Type:image/jpeg\r\n\r\nJ\r\n--B--\r\n");
  ASSERT_EQ(out.parts.size(), 1u);
  EXPECT_EQ(out.parts[0].head.name, "media");
  EXPECT_EQ(out.parts[0].head.file_name, "x.jpg");
}

TEST(Multipart, NamesWithoutQuotesAndHeadersInAnyCase) {
  auto const out = parse(
      "--B\r\ncontent-DISPOSITION: form-data; Name=media; FILENAME=a b.jpg\r\n\r\nJ\r\n--B--");
  ASSERT_EQ(out.parts.size(), 1u);
  EXPECT_EQ(out.parts[0].head.name, "media");
  EXPECT_EQ(out.parts[0].head.file_name, "a b.jpg");
}

TEST(Multipart, BareLineFeedsAreTakenAsLineEnds) {
  auto const out = parse("--B\nContent-Disposition: form-data; name=a\n\none\ntwo\n--B--\n");
  EXPECT_TRUE(out.finished);
  ASSERT_EQ(out.parts.size(), 1u);
  EXPECT_EQ(out.parts[0].bytes, "one\ntwo");
}

TEST(Multipart, EmptyPartsAndWhatPrecedesAndFollows) {
  auto const out = parse(
      "a preamble\r\n--B\r\nContent-Disposition: form-data; name=a; filename=\"\"\r\n\r\n\r\n"
      "--B\r\nContent-Disposition: form-data; name=b\r\n\r\n--B--\r\nan epilogue --B\r\n");
  EXPECT_TRUE(out.finished);
  ASSERT_EQ(out.parts.size(), 2u);
  EXPECT_EQ(out.parts[0].bytes, "");
  EXPECT_TRUE(out.parts[0].head.is_file);
  EXPECT_TRUE(out.parts[0].ended);
  EXPECT_EQ(out.parts[1].bytes, "");
}

TEST(Multipart, TextThatBeginsLikeTheBoundaryIsContent) {
  auto const out = parse(
      "--B\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--Bx\r\n--\r\n-B\r\n\n--B  \t\r\n"
      "Content-Disposition: form-data; name=b\r\n\r\n\r\n--B--");
  EXPECT_TRUE(out.finished);
  ASSERT_EQ(out.parts.size(), 2u);
  EXPECT_EQ(out.parts[0].bytes, "\r\n--Bx\r\n--\r\n-B\r\n");
}

TEST(Multipart, QuotedAndEncodedFileNames) {
  auto const name = [](std::string const& parameter) {
    auto const out =
        parse("--B\r\nContent-Disposition: form-data; name=a; " + parameter + "\r\n\r\n\r\n--B--");
    return out.parts.empty() ? std::string("none") : out.parts[0].head.file_name;
  };
  EXPECT_EQ(name(R"(filename="a\"b.png")"), "a\"b.png");
  EXPECT_EQ(name(R"(filename="C:\pictures\b.png")"), R"(C:\pictures\b.png)");
  EXPECT_EQ(name("filename=\"a;b.png\""), "a;b.png");
  EXPECT_EQ(name("filename*=UTF-8''%E5%9B%BE.png; filename=\"x.png\""), "图.png");
  EXPECT_EQ(name("filename=\"x.png\"; filename*=UTF-8''%E5%9B%BE.png"), "图.png");
}

TEST(Multipart, ABodyThatEndsEarlyIsNotFinished) {
  EXPECT_FALSE(parse("--B\r\nContent-Disposition: form-data; name=a\r\n\r\nhalf").finished);
  EXPECT_FALSE(parse("--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--B").finished);
  EXPECT_FALSE(parse("no boundary at all").finished);
  EXPECT_FALSE(parse("").finished);
}

TEST(Multipart, HostilePartsAreRefused) {
  EXPECT_THAT(parse("--B\r\n\r\nx\r\n--B--").problem, HasSubstr("Content-Disposition"));
  EXPECT_THAT(parse("--B\r\nno colon\r\n\r\nx\r\n--B--").problem, HasSubstr("colon"));
  EXPECT_THAT(parse("--B\r\nX: " + std::string(9000, 'x') + "\r\n\r\n").problem,
              HasSubstr("headers"));
  std::string many;
  for (int i = 0; i < 1100; ++i) {
    many += "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n";
  }
  EXPECT_THAT(parse(many + "--B--").problem, HasSubstr("parts"));
}

TEST(Multipart, BoundaryOfAContentType) {
  EXPECT_EQ(*find_boundary("multipart/form-data; boundary=abc"), "abc");
  EXPECT_EQ(*find_boundary("multipart/form-data;charset=UTF-8;boundary=1234567"), "1234567");
  EXPECT_EQ(*find_boundary("Multipart/Form-Data; BOUNDARY=\"a b\"; x=y"), "a b");
  for (auto const* bad :
       {"", "application/json", "multipart/form-data", "multipart/mixed;boundary=a",
        "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\""}) {
    auto const boundary = find_boundary(bad);
    ASSERT_FALSE(boundary) << bad;
    EXPECT_EQ(boundary.error().code, Errc::invalid_field);
  }
  EXPECT_FALSE(find_boundary("multipart/form-data; boundary=" + std::string(300, 'b')));
}

}  // namespace
}  // namespace carillon::http
