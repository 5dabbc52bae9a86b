// Messages of each msgtype: what is taken, and which code tells what is wrong.

#include "dialect/dingtalk/message.h"

#include <gtest/gtest.h>

namespace carillon::dingtalk {
namespace {

int code_of(std::string const& msg) {
  auto const document = json::parse_json(msg);
  EXPECT_TRUE(document) << msg;
  auto const read = read_message(document->root());
  auto const* error = std::get_if<WireError>(&read);
  return error == nullptr ? 0 : error->code;
}

Message message(std::string const& msg) {
  auto const document = json::parse_json(msg);
  return std::get<Message>(read_message(document->root()));
}

std::string repeated(std::string_view what, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += what;
  return out;
}

TEST(DingtalkMessage, OfEachTypeIsTaken) {
  for (
      auto const* msg : {
          R"({"msgtype":"text","text":{"content":"hi"}})",
          R"({"msgtype":"image","image":{"media_id":"@lADOADmaWMzazQKA"}})",
          R"({"msgtype":"voice","voice":{"media_id":"@l","duration":"10"}})",
          R"({"msgtype":"voice","voice":{"media_id":"@l","duration":10}})",
          R"({"msgtype":"file","file":{"media_id":"@l"}})",
          R"({"msgtype":"link","link":{"messageUrl":"http://a","picUrl":"@l","title":"t","text":"x"}})",
          R"({"msgtype":"oa","oa":{"message_url":"http://a","head":{"bgcolor":"FFBBBBBB","text":"h"},
               "body":{"title":"t","form":[{"key":"k","value":"v"}],"rich":{"num":"15.6","unit":"u"},
               "content":"c","image":"@l","file_count":"3","author":"a"}}})",
          R"({"msgtype":"oa","oa":{"message_url":"http://a","head":{},"body":{},
               "status_bar":{"status_value":"open","status_bg":"0xFFF65E5E"}}})",
          R"({"msgtype":"markdown","markdown":{"title":"t","text":"x"}})",
          R"({"msgtype":"action_card","action_card":{"title":"t","markdown":"m",
               "single_title":"s","single_url":"http://a"}})",
          R"({"msgtype":"action_card","action_card":{"title":"t","markdown":"m",
               "btn_orientation":"1","btn_json_list":[{"title":"b","action_url":"http://a"}]}})",
      }) {
    EXPECT_EQ(code_of(msg), 0) << msg;
  }
}

TEST(DingtalkMessage, FaultsHaveTheCodesOfTheVendor) {
  for (auto const& [msg, code] : std::vector<std::pair<std::string, int>>{
           {R"({})", 34004},
           {R"({"msgtype":"","":{}})", 34004},
           {R"({"msgtype":"feedCard","feedCard":{}})", 34004},
           {R"({"msgtype":"text"})", 34014},
           {R"({"msgtype":"text","text":"hi"})", 34014},
           {R"({"msgtype":"text","text":{}})", 34014},
           {R"({"msgtype":"text","text":{"content":""}})", 34014},
           {R"({"msgtype":"image","image":{}})", 34008},
           {R"({"msgtype":"link","link":{"messageUrl":"a","picUrl":"b","title":"t"}})", 34009},
           {R"({"msgtype":"file","file":{"media_id":""}})", 34010},
           {R"({"msgtype":"voice","voice":{"media_id":"@l"}})", 34011},
           {R"({"msgtype":"voice","voice":{"media_id":"@l","duration":"0"}})", 34011},
           {R"({"msgtype":"voice","voice":{"media_id":"@l","duration":"60"}})", 34011},
           {R"({"msgtype":"oa","oa":{"head":{},"body":{}}})", 34014},
           {R"({"msgtype":"oa","oa":{"message_url":"u","head":{}}})", 34014},
           {R"({"msgtype":"oa","oa":{"message_url":"u","head":{},"body":{},"status_bar":{}}})",
            34014},
           {R"({"msgtype":"markdown","markdown":{"text":"x"}})", 34014},
           {R"({"msgtype":"action_card","action_card":{"markdown":"m"}})", 34014},
           {R"({"msgtype":"action_card","action_card":{"markdown":"m","btn_json_list":[]}})",
            34014},
           {R"({"msgtype":"action_card","action_card":{"markdown":"m","btn_json_list":[{}]}})",
            34014},
       }) {
    EXPECT_EQ(code_of(msg), code) << msg;
  }
}

TEST(DingtalkMessage, LengthsAreCountedInCharacters) {
  auto const text = [](std::string const& content) {
    return R"({"msgtype":"text","text":{"content":")" + content + R"("}})";
  };
  EXPECT_EQ(code_of(text(repeated("字", 5000))), 0);
  EXPECT_EQ(code_of(text(repeated("字", 5001))), 34016);
  auto const card = [](std::string const& name, int length) {
    std::string out = R"({"msgtype":"action_card","action_card":{"markdown":"m")";
    for (std::string const field : {"title", "single_title", "single_url"}) {
      out += ",\"" + field + "\":\"" + repeated("x", field == name ? length : 1) + "\"";
    }
    return out + "}}";
  };
  EXPECT_EQ(code_of(card("title", 64)), 0);
  EXPECT_EQ(code_of(card("title", 65)), 34016);
  EXPECT_EQ(code_of(card("single_title", 20)), 0);
  EXPECT_EQ(code_of(card("single_title", 21)), 34016);
  EXPECT_EQ(code_of(card("single_url", 500)), 0);
  EXPECT_EQ(code_of(card("single_url", 501)), 34016);
  EXPECT_EQ(code_of(R"({"msgtype":"markdown","markdown":{"title":"t","text":")" +
                    repeated("x", 5001) + R"("}})"),
            34016);
  EXPECT_EQ(code_of(R"({"msgtype":"action_card","action_card":{"markdown":"m","btn_json_list":)"
                    R"([{"title":"b","action_url":")" +
                    repeated("x", 1000) + R"("}]}})"),
            34016);
}

TEST(DingtalkMessage, IsKeptAsItCameAndKnownAgainInAnotherSpelling) {
  auto const one =
      message(R"({"msgtype":"voice", "voice":{"media_id":"@l", "duration":"10"}, "extra":1})");
  EXPECT_EQ(one.type, "voice");
  EXPECT_EQ(one.json, R"({"media_id":"@l","duration":"10"})");
  EXPECT_EQ(one.media_ids, std::vector<std::string>{"@l"});
  EXPECT_EQ(one.hash.size(), 32u);
  EXPECT_EQ(one.hash,
            message(R"({"voice":{"duration":10,"media_id":"@l"},"msgtype":"voice"})").hash);
  EXPECT_NE(one.hash,
            message(R"({"msgtype":"file","file":{"media_id":"@l","duration":"10"}})").hash);
}

TEST(DingtalkMessage, TheAuditReadsWhatReadersSee) {
  auto const seen =
      message(R"({"msgtype":"oa","oa":{"message_url":"u","head":{"bgcolor":"FF00","text":"h"},
                  "body":{"title":"t","image":"@l","form":[{"key":"k","value":"v"}]}}})")
          .visible_text;
  EXPECT_EQ(seen, "u\nh\nt\nk\nv\n");
}

}  // namespace
}  // namespace carillon::dingtalk
