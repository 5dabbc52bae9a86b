// Forms as the JSON that they stand for.

#include "dialect/dingtalk/form.h"

#include <gtest/gtest.h>

#include "json/reader.h"

namespace carillon::dingtalk {
namespace {

TEST(DingtalkForm, PairsAreTextsDecoded) {
  EXPECT_EQ(form_as_json("agent_id=1234&userid_list=a%2Cb&title=a+b%26c"),
            R"({"agent_id":"1234","title":"a b&c","userid_list":"a,b"})");
}

TEST(DingtalkForm, BracketsMakeObjectsAsPhpWritesThem) {
  EXPECT_EQ(form_as_json("msg%5Bmsgtype%5D=text&msg%5Btext%5D%5Bcontent%5D=hi"),
            R"({"msg":{"msgtype":"text","text":{"content":"hi"}}})");
}

TEST(DingtalkForm, KeysFromZeroOnMakeAnArrayInTheirOrder) {
  EXPECT_EQ(form_as_json("l[0]=a&l[1]=b"), R"({"l":["a","b"]})");
  EXPECT_EQ(form_as_json("l[]=a&l[]=b"), R"({"l":["a","b"]})");
  std::string form;
  for (int i = 11; i >= 0; --i) form += "l[" + std::to_string(i) + "]=" + std::to_string(i) + "&";
  EXPECT_EQ(form_as_json(form), R"({"l":["0","1","2","3","4","5","6","7","8","9","10","11"]})");
  EXPECT_EQ(form_as_json("b[0][title]=x&b[1][title]=y"), R"({"b":[{"title":"x"},{"title":"y"}]})");
}

TEST(DingtalkForm, KeysWithAGapMakeAnObject) {
  EXPECT_EQ(form_as_json("l[1]=b"), R"({"l":{"1":"b"}})");
  EXPECT_EQ(form_as_json("l[0]=a&l[x]=b"), R"({"l":{"0":"a","x":"b"}})");
  EXPECT_EQ(form_as_json("l[01]=a"), R"({"l":{"01":"a"}})");
}

TEST(DingtalkForm, TheLastOfTwoPlainNamesCounts) {
  EXPECT_EQ(form_as_json("a=1&a=2"), R"({"a":"2"})");
}

TEST(DingtalkForm, WhateverComesIsReadAsSomethingThatIsJson) {
  for (std::string const form :
       {"",           "&",          "&&&",    "=",     "=x",         "a",        "a[",
        "a[=1",       "a]=1",       "a[]]=1", "[]=1",  "[a]=1",      "a[b=1",    "a[b]c=1",
        "a=1&a[b]=2", "a[b]=2&a=1", "%",      "%zz=%", "a%00b=c%00", "\xff=\xff"}) {
    EXPECT_TRUE(json::parse_json(form_as_json(form))) << form;
  }
  std::string deep = "a";
  for (int i = 0; i < 1000; ++i) deep += "[b]";
  EXPECT_TRUE(json::parse_json(form_as_json(deep + "=1")));
}

}  // namespace
}  // namespace carillon::dingtalk
