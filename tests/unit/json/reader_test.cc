#include "json/reader.h"

#include <random>
#include <thread>

#include <gtest/gtest.h>

namespace carillon::json {
namespace {

Value parsed(std::string_view text) {
  static Document kept;
  auto document = parse_json(text);
  EXPECT_TRUE(document) << text;
  if (!document) return {};
  kept = *std::move(document);
  return kept.root();
}

Errc code_of(std::string_view text, std::size_t depth_max = kDepthMax) {
  auto const document = parse_json(text, depth_max);
  EXPECT_FALSE(document) << text;
  return document ? Errc::internal : document.error().code;
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + "1" + std::string(depth, ']');
}

TEST(JsonReader, TellsTheTypesApart) {
  auto const root = parsed(R"([null, true, false, -7, 18446744073709551615, 1.5, "x", [1], {}])");
  std::vector<Type> types;
  for (auto const element : root.elements()) types.push_back(element.type());
  EXPECT_EQ(types, (std::vector<Type>{Type::null, Type::boolean, Type::boolean, Type::integer,
                                      Type::integer, Type::real, Type::string, Type::array,
                                      Type::object}));
  EXPECT_EQ(root.size(), 9U);
}

TEST(JsonReader, ReadsScalars) {
  auto const root = parsed(R"({"s":"a\u0000\n\u4f60\ud83d\ude00","i":-9223372036854775808,
      "u":18446744073709551615,"d":0.25,"b":true})");
  EXPECT_EQ(root.find("s")->string(), std::string_view("a\0\n\xe4\xbd\xa0\xf0\x9f\x98\x80", 10));
  EXPECT_EQ(root.find("i")->integer(), INT64_MIN);
  EXPECT_EQ(root.find("u")->integer(), std::nullopt);
  EXPECT_EQ(root.find("u")->unsigned_integer(), UINT64_MAX);
  EXPECT_EQ(root.find("i")->unsigned_integer(), std::nullopt);
  EXPECT_EQ(root.find("d")->number(), 0.25);
  EXPECT_TRUE(root.find("b")->boolean());
}

TEST(JsonReader, AValueOfAnotherTypeReadsAsEmpty) {
  auto const root = parsed(R"(["x", 1, {"a":1}])");
  auto it = root.elements().begin();
  EXPECT_EQ((*it).integer(), std::nullopt);
  EXPECT_FALSE((*it).boolean());
  EXPECT_EQ((*++it).string(), "");
  EXPECT_EQ((*it).find("a"), std::nullopt);
  EXPECT_EQ((*++it).elements().begin(), (*it).elements().end());
  EXPECT_EQ(Value().size(), 0U);
}

TEST(JsonReader, TheLastOfDuplicateKeysWins) {
  auto const root = parsed(R"({"a":1,"b":[{"a":9}],"a":2})");
  EXPECT_EQ(root.find("a")->integer(), 2);
  std::size_t members = 0;
  for ([[maybe_unused]] auto const member : root.members()) ++members;
  EXPECT_EQ(members, 3U);
}

TEST(JsonReader, AbsentAndNullAreAlikeToFindPresent) {
  auto const root = parsed(R"({"a":null,"b":0})");
  EXPECT_TRUE(root.find("a"));
  EXPECT_FALSE(root.find_present("a"));
  EXPECT_FALSE(root.find_present("c"));
  EXPECT_TRUE(root.find_present("b"));
}

TEST(JsonReader, SkipsNestedValuesWhenIterating) {
  auto const root = parsed(R"({"a":[[1,2],{"x":[3]}],"b":{"y":{"z":1}},"c":-1,"d":1.5,"e":"end"})");
  std::string keys;
  for (auto const [key, value] : root.members()) keys += key;
  EXPECT_EQ(keys, "abcde");
  EXPECT_EQ(root.find("b")->find("y")->find("z")->integer(), 1);
}

TEST(JsonReader, RefusesWhatIsNotJson) {
  for (std::string_view const text :
       {"",         " ",         "{",           "}",           "[1,]",    "{\"a\":1,}",
        "{a:1}",    "'a'",       "1 2",         "nul",         "[1}",     "{\"a\"}",
        "\"\xff\"", "\"a\x01\"", R"("\ud800")", R"("\udc00")", R"("\x")", "\xef\xbb\xbf{}",
        "01",       "1.",        "1e999",       "[",           "\"",      "+1",
        "NaN"}) {
    EXPECT_EQ(code_of(text), Errc::bad_json) << text;
  }
}

TEST(JsonReader, DepthIsLimited) {
  EXPECT_TRUE(parse_json(nested(64)));
  EXPECT_EQ(code_of(nested(65)), Errc::bad_json);
  EXPECT_TRUE(parse_json(nested(3), 3));
  EXPECT_EQ(code_of(nested(4), 3), Errc::bad_json);
  EXPECT_EQ(code_of(std::string(1'000'000, '[')), Errc::bad_json);
  EXPECT_TRUE(parse_json(nested(64)));
}

TEST(JsonReader, IntegersOfAnySizeAreReadAsNumbers) {
  auto const root = parsed(
      R"({"a":123456789012345678901234,"s":"12345678901234567890123 \" 1","b":-99999999999999999999,
          "c":1e5,"d":1.0000000000000000000000001,"e":2e-10,"f":12345678901234567890123e2})");
  EXPECT_DOUBLE_EQ(root.find("a")->number(), 1.23456789012345678901234e23);
  EXPECT_EQ(root.find("s")->string(), "12345678901234567890123 \" 1");
  EXPECT_DOUBLE_EQ(root.find("b")->number(), -1e20);
  EXPECT_DOUBLE_EQ(root.find("d")->number(), 1.0);
  EXPECT_DOUBLE_EQ(root.find("e")->number(), 2e-10);
  EXPECT_DOUBLE_EQ(root.find("f")->number(), 1.2345678901234568e24);
}

TEST(JsonReader, MinifiedMeansTheSame) {
  EXPECT_EQ(
      minified(parsed(" { \"\\u4f60\" : [ 1 , -2.5 , \"a\\/\\u0001\\\"\" , null , true ] } ")),
      "{\"\xe4\xbd\xa0\":[1,-2.5,\"a/\\u0001\\\"\",null,true]}");
  EXPECT_EQ(minified(parsed("[18446744073709551615,-9223372036854775808,1e300,0.1]")),
            "[18446744073709551615,-9223372036854775808,1e+300,0.1]");
  EXPECT_EQ(minified(parsed("[[],{},[{}]]")), "[[],{},[{}]]");
  auto const big = minified(parsed("[123456789012345678901234]"));
  EXPECT_TRUE(parse_json(big)) << big;
  std::string deep = nested(64);
  EXPECT_EQ(minified(parsed(deep)), deep);
}

TEST(JsonReader, AMovedDocumentKeepsItsValues) {
  auto document = parse_json(R"({"a":"text"})");
  ASSERT_TRUE(document);
  auto const value = *document->root().find("a");
  Document moved = *std::move(document);
  EXPECT_EQ(value.string(), "text");
  EXPECT_EQ(moved.root().find("a")->string(), "text");
}

TEST(JsonReader, ADocumentCanBeUsedAgainAlsoAfterAFailure) {
  Document document;
  ASSERT_TRUE(document.parse("[1]"));
  ASSERT_FALSE(document.parse("[1"));
  EXPECT_TRUE(document.root().is_null());
  std::string const large = "[\"" + std::string(1'000'000, 'x') + "\"]";
  ASSERT_TRUE(document.parse(large));
  EXPECT_EQ((*document.root().elements().begin()).string().size(), 1'000'000U);
  ASSERT_TRUE(document.parse("2"));
  EXPECT_EQ(document.root().integer(), 2);
}

TEST(JsonReader, EveryThreadMayParse) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([t] {
      for (int i = 0; i < 1000; ++i) {
        auto const document = parse_json("{\"n\":" + std::to_string(t * 1000 + i) + "}");
        ASSERT_TRUE(document);
        ASSERT_EQ(document->root().find("n")->integer(), t * 1000 + i);
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

TEST(JsonReader, RandomBytesNeverDoHarm) {
  std::mt19937 random(7);
  std::string const alphabet = "{}[]\",:\\u0123456789.eE+-truefalsn \xff\xe4\xbd\xa0\n";
  std::string const valid = R"({"a":[1,2.5,"x\u4f60",null,true,{"b":-1e3}],"c":{"d":"e"}})";
  for (int i = 0; i < 20'000; ++i) {
    std::string text = valid;
    auto const changes = random() % 4 + 1;
    for (std::size_t n = 0; n < changes; ++n) {
      auto const at = random() % text.size();
      text[at] = alphabet[random() % alphabet.size()];
      if (random() % 4 == 0) text.resize(at + 1);
    }
    auto const document = parse_json(text);
    if (!document) continue;
    auto const once = minified(document->root());
    auto const again = parse_json(once);
    ASSERT_TRUE(again) << text << " became " << once;
    ASSERT_EQ(minified(again->root()), once);
  }
}

}  // namespace
}  // namespace carillon::json
