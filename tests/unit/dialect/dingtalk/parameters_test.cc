// Parameters in all encodings: the same call, however it was written.

#include "dialect/dingtalk/parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace carillon::dingtalk {
namespace {

using testing::ElementsAre;

Parameters parameters(std::string_view body, std::string_view query = {}) {
  http::Request request;
  request.body = body;
  request.query = query;
  auto out = Parameters::read(request);
  EXPECT_TRUE(out);
  return std::move(out).value();
}

TEST(DingtalkParameters, ThatAreTheSameInEveryEncoding) {
  for (auto const& [body, query] : std::vector<std::pair<std::string, std::string>>{
           {R"({"agent_id":1234,"userid_list":"a,b","to_all_user":false,)"
            R"("msg":{"msgtype":"text","text":{"content":"hi"}}})",
            "access_token=x"},
           {R"({"agent_id":"1234","userid_list":["a","b"],"to_all_user":"false",)"
            R"("msg":"{\"msgtype\":\"text\",\"text\":{\"content\":\"hi\"}}"})",
            ""},
           {"agent_id=1234&userid_list=a%2Cb&to_all_user=false&"
            "msg=%7B%22msgtype%22%3A%22text%22%2C%22text%22%3A%7B%22content%22%3A%22hi%22%7D%7D",
            ""},
           {"agent_id=1234&userid_list[]=a&userid_list[]=b&to_all_user=0&msg[msgtype]=text&"
            "msg[text][content]=hi",
            "access_token=x"},
           {"",
            "access_token=x&agent_id=1234&userid_list=%5B%22a%22%2C%22b%22%5D&to_all_user=False&"
            "msg=%7B%22msgtype%22%3A%22text%22%2C%22text%22%3A%7B%22content%22%3A%22hi%22%7D%7D"},
       }) {
    auto at = parameters(body, query);
    EXPECT_EQ(*at.number("agent_id"), 1234) << body;
    EXPECT_THAT(*at.list("userid_list"), ElementsAre("a", "b")) << body;
    EXPECT_FALSE(*at.flag("to_all_user", true)) << body;
    auto const msg = at.find_object("msg");
    ASSERT_TRUE(msg && *msg) << body;
    EXPECT_EQ((**msg).find("msgtype")->string(), "text") << body;
    EXPECT_EQ((**msg).find("text")->find("content")->string(), "hi") << body;
  }
}

TEST(DingtalkParameters, TheBodyComesBeforeTheQuery) {
  auto const at = parameters("a=1", "access_token=x&a=2&b=3");
  EXPECT_EQ(*at.text("a"), "1");
  EXPECT_EQ(*at.text("b"), "3");
}

TEST(DingtalkParameters, NullAndTheEmptyTextAreAsAbsent) {
  auto at = parameters(R"({"a":null,"b":"","c":[]})");
  EXPECT_FALSE(at.has("a"));
  EXPECT_FALSE(at.has("b"));
  EXPECT_THAT(*at.list("b"), ElementsAre());
  EXPECT_THAT(*at.list("c"), ElementsAre());
  EXPECT_TRUE(*at.flag("b", true));
  EXPECT_EQ(at.number("a").error().code, Errc::invalid_field);
}

TEST(DingtalkParameters, ListsDropBlanksAndDoubles) {
  auto at = parameters(R"({"a":" x , y,,x,","n":[1,"2",1],"one":7})");
  EXPECT_THAT(*at.list("a"), ElementsAre("x", "y"));
  EXPECT_THAT(*at.list("n"), ElementsAre("1", "2"));
  EXPECT_THAT(*at.list("one"), ElementsAre("7"));
  auto bars = parameters("touser=a|b");
  EXPECT_THAT(*bars.list("touser", '|'), ElementsAre("a", "b"));
}

TEST(DingtalkParameters, NumbersAreWholeInWhateverForm) {
  auto const at =
      parameters(R"({"a":" 12 ","b":3.0,"c":3.5,"d":"x","e":{},"f":"99999999999999999999"})");
  EXPECT_EQ(*at.number("a"), 12);
  EXPECT_EQ(*at.number("b"), 3);
  for (auto const* name : {"c", "d", "e", "f"}) {
    EXPECT_EQ(at.number(name).error().code, Errc::invalid_field) << name;
  }
}

TEST(DingtalkParameters, WrongKindsAreFaultsOfTheirField) {
  auto at = parameters(R"({"a":{"b":1},"c":"{broken","d":[{}],"e":"maybe"})");
  EXPECT_EQ(at.text("a").error().code, Errc::invalid_field);
  EXPECT_EQ(at.find_object("c").error().code, Errc::invalid_field);
  EXPECT_EQ(at.list("d").error().code, Errc::invalid_field);
  EXPECT_EQ(at.list("a").error().code, Errc::invalid_field);
  EXPECT_EQ(at.flag("e", false).error().code, Errc::invalid_field);
}

TEST(DingtalkParameters, ABodyThatBeginsLikeJsonMustBeAnObject) {
  for (std::string_view const body : {"{", "{\"a\":1", " {a:1}", "[1]", "[", "{}x"}) {
    http::Request request;
    request.body = body;
    auto const read = Parameters::read(request);
    ASSERT_FALSE(read) << body;
    EXPECT_EQ(read.error().code, Errc::bad_json) << body;
  }
}

}  // namespace
}  // namespace carillon::dingtalk
