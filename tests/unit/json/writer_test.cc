#include "json/writer.h"

#include <cmath>
#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "json/reader.h"

namespace carillon::json {
namespace {

std::string in_json(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return out;
}

TEST(JsonWriter, PutsCommasWhereTheyBelong) {
  std::string out = "before:";
  Writer(out)
      .begin_object()
      .field("a", 1)
      .key("b")
      .begin_array()
      .integer(-1)
      .string("x")
      .begin_object()
      .end_object()
      .begin_array()
      .end_array()
      .null()
      .end_array()
      .field("c", true)
      .field("d", "text")
      .field("e", std::string("more"))
      .key("f")
      .raw("[1,2]")
      .end_object();
  EXPECT_EQ(out,
            R"(before:{"a":1,"b":[-1,"x",{},[],null],"c":true,"d":"text","e":"more","f":[1,2]})");
}

TEST(JsonWriter, StringsThatEndLikeStructureGetTheirCommas) {
  std::string out;
  Writer(out).begin_array().string("{").string("[").string(":").string("").end_array();
  EXPECT_EQ(out, R"(["{","[",":",""])");
}

TEST(JsonWriter, TextsOfNothingAreEmpty) {
  std::string out;
  Writer(out).begin_object().field("a", std::string_view()).end_object();
  EXPECT_EQ(out, R"({"a":""})");
}

TEST(JsonWriter, KeysMayBeAnyText) {
  std::string const longer(200, 'k');
  std::string out;
  Writer(out)
      .begin_object()
      .field("a\"b", 1)
      .field("\xe4\xbd\xa0", false)
      .field(longer, -5)
      .begin_array("list")
      .end_array()
      .begin_object("\\")
      .end_object()
      .end_object();
  EXPECT_EQ(out,
            "{\"a\\\"b\":1,\"\xe4\xbd\xa0\":false,\"" + longer + "\":-5,\"list\":[],\"\\\\\":{}}");
}

TEST(JsonWriter, EscapesWhatMustBeEscaped) {
  EXPECT_EQ(in_json("a\"b\\c/\b\f\n\r\t"), R"("a\"b\\c/\b\f\n\r\t")");
  EXPECT_EQ(in_json(std::string_view("\0\x01\x1f\x7f", 4)), "\"\\u0000\\u0001\\u001f\x7f\"");
  EXPECT_EQ(in_json("\xe4\xbd\xa0\xf0\x9f\x98\x80\xc3\xa9"),
            "\"\xe4\xbd\xa0\xf0\x9f\x98\x80\xc3\xa9\"");
}

TEST(JsonWriter, EveryByteAtEveryPlaceIsHandledAlike) {
  // The fast path looks at eight bytes at a time; a byte must come out the same wherever it is.
  for (int c = 0; c < 0x80; ++c) {
    for (std::size_t at = 0; at < 17; ++at) {
      std::string text(17, 'x');
      text[at] = static_cast<char>(c);
      std::string out;
      Writer(out).string(text);
      ASSERT_EQ(out, in_json(text)) << c << " at " << at;
      auto const document = parse_json(out);
      ASSERT_TRUE(document) << out;
      ASSERT_EQ(document->root().string(), text);
    }
  }
}

TEST(JsonWriter, InvalidUtf8BecomesTheReplacementCharacter) {
  std::string const r = "\xef\xbf\xbd";
  EXPECT_EQ(in_json("a\xff z"), "\"a" + r + " z\"");
  EXPECT_EQ(in_json("\xc0\x80"), "\"" + r + r + "\"");          // overlong
  EXPECT_EQ(in_json("\xed\xa0\x80"), "\"" + r + r + r + "\"");  // a surrogate
  EXPECT_EQ(in_json("\xf4\x90\x80\x80"), "\"" + r + r + r + r + "\"");
  EXPECT_EQ(in_json("\xe4\xbd"), "\"" + r + r + "\"");  // cut short
}

TEST(JsonWriter, AnyBytesMakeValidJson) {
  std::mt19937 random(3);
  for (int i = 0; i < 5000; ++i) {
    std::string text(random() % 20, '\0');
    for (auto& c : text) c = static_cast<char>(random());
    ASSERT_TRUE(parse_json(in_json(text))) << i;
  }
}

TEST(JsonWriter, NumbersAreExact) {
  std::string out;
  Writer(out)
      .begin_array()
      .integer(INT64_MIN)
      .integer(UINT64_MAX)
      .integer(std::uint8_t{200})
      .real(0.1)
      .real(-0.0)
      .real(std::nan(""))
      .real(std::numeric_limits<double>::infinity())
      .end_array();
  EXPECT_EQ(out, "[-9223372036854775808,18446744073709551615,200,0.1,-0.0,null,null]");
}

}  // namespace
}  // namespace carillon::json
