// Walking through JSON: all strings of it, and the form in which equal things are equal bytes.

#include "json/walk.h"

#include <array>

#include <gtest/gtest.h>

namespace carillon::json {
namespace {

std::string canonical_of(std::string_view text) {
  auto const document = parse_json(text);
  return document ? canonical(document->root()) : "not JSON";
}

TEST(JsonCanonical, KeysComeInOrderAtEveryDepth) {
  EXPECT_EQ(canonical_of(R"({"b":{"d":[{"z":"1","y":"2"}],"c":"3"},"a":"4"})"),
            R"({"a":"4","b":{"c":"3","d":[{"y":"2","z":"1"}]}})");
}

TEST(JsonCanonical, NumbersAndBooleansAreTheSameAsTheirTexts) {
  EXPECT_EQ(canonical_of(R"({"a":10,"b":true,"c":1.5})"),
            canonical_of(R"({"c":"1.5","b":"true","a":"10"})"));
}

TEST(JsonCanonical, NullIsAsIfAbsentAndTheLastOfTwoKeysCounts) {
  EXPECT_EQ(canonical_of(R"({"a":null,"b":"1","b":"2"})"), R"({"b":"2"})");
}

TEST(JsonCanonical, TheOrderOfAnArrayMatters) {
  EXPECT_NE(canonical_of("[1,2]"), canonical_of("[2,1]"));
}

TEST(JsonStrings, AreAllFoundButThoseUnderHiddenKeys) {
  auto const document =
      parse_json(R"({"a":"one","tag":"no","list":[{"b":"two"},"three",4],"key":"k"})");
  std::string out;
  std::array<std::string_view, 1> const hidden{"tag"};
  append_strings(out, document->root(), hidden);
  EXPECT_EQ(out, "one\ntwo\nthree\nk\n");
}

}  // namespace
}  // namespace carillon::json
