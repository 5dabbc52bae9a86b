#include "dialect/feishu/content.h"

#include <gtest/gtest.h>

namespace carillon::feishu {
namespace {

Result<Message> read(MsgType type, std::string_view json) {
  auto const document = json::parse_json(json);
  EXPECT_TRUE(document) << json;
  if (!document) return document.error();
  return read_message(type, document->root());
}

void expect_bad(MsgType type, std::string_view json, std::string_view place) {
  auto const message = read(type, json);
  ASSERT_FALSE(message) << json;
  EXPECT_EQ(message.error().code, Errc::bad_content) << json;
  EXPECT_EQ(message.error().detail.substr(0, place.size()), place) << json;
}

std::string post(std::string_view paragraphs) {
  return R"({"post":{"zh_cn":{"content":)" + std::string(paragraphs) + "}}}";
}

TEST(FeishuContent, TheFiveTypesAreKnownByName) {
  for (auto const* name : {"text", "image", "post", "share_chat", "interactive"}) {
    auto const type = find_msg_type(name);
    ASSERT_TRUE(type) << name;
    EXPECT_EQ(name_of(*type), name);
  }
  for (auto const* name : {"", "Text", "audio", "file", "md"}) EXPECT_FALSE(find_msg_type(name));
}

TEST(FeishuContent, ATextIsATextThatIsNotEmpty) {
  EXPECT_EQ(read(MsgType::text, R"({"text":"hi","more":1})")->visible_text, "hi");
  for (auto const* json :
       {R"({})", R"({"text":null})", R"({"text":""})", R"({"text":1})", R"({"text":{"a":1}})"}) {
    expect_bad(MsgType::text, json, "content.text: ");
  }
}

TEST(FeishuContent, AnImageAndASharedChatNameWhatMustExist) {
  EXPECT_EQ(read(MsgType::image, R"({"image_key":"img_v2_x"})")->image_keys,
            std::vector<std::string>{"img_v2_x"});
  EXPECT_EQ(read(MsgType::share_chat, R"({"share_chat_id":"oc_x"})")->chat_id, "oc_x");
  expect_bad(MsgType::image, R"({"image_key":["x"]})", "content.image_key");
  expect_bad(MsgType::share_chat, R"({"chat_id":"oc_x"})", "content.share_chat_id");
}

TEST(FeishuMentions, OnlyAnAtTagWhoseUserIsAllMentionsEverybody) {
  for (auto const* text : {R"(<at user_id="all">everyone</at>)", R"(a <at user_id='all'></at>)",
                           R"(<at  user_id = "ALL" >)", R"(<at x="1" user_id=all/>)",
                           R"(<at <at user_id="all">x</at>)"}) {
    EXPECT_TRUE(mentions_all(text)) << text;
  }
  for (auto const* text :
       {"", "all", R"(<at user_id="ou_1">all</at>)", R"(user_id="all")", R"(<at user_id="all")",
        R"(<at my_user_id="all">)", R"(<at user_id="al">)", R"(&lt;at user_id="all"&gt;)",
        R"(<at user_id=>)", R"(<at user_id="all<b>")"}) {
    EXPECT_FALSE(mentions_all(text)) << text;
  }
}

TEST(FeishuMentions, AHostileTextCostsLinearTime) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += "<at user_id";
  EXPECT_FALSE(mentions_all(text));
}

TEST(FeishuPost, TheDocumentsExampleIsRead) {
  auto const message = read(MsgType::post, R"({"post":{
      "zh_cn":{"title":"标题","content":[[{"tag":"text","text":"第一行 "},
        {"tag":"a","href":"http://www.larksuite.com","text":"Lark"}]]},
      "en_us":{"title":"Title","content":[[{"tag":"text","text":"first"},
        {"tag":"at","user_id":"ou_1","user_name":"Li"}],[],
        [{"tag":"img","image_key":"img_1"}]]}}})");
  ASSERT_TRUE(message);
  EXPECT_EQ(message->image_keys, std::vector<std::string>{"img_1"});
  EXPECT_FALSE(message->mentions_all);
  EXPECT_EQ(message->visible_text,
            "标题\n第一行 Lark\nhttp://www.larksuite.com\nTitle\nfirstLi\n\n\n");
}

TEST(FeishuPost, EveryTagThatBatchMessagesTakeIsTaken) {
  EXPECT_TRUE(read(MsgType::post, post(R"([[{"tag":"media","file_key":"file_1","image_key":"i"}],
      [{"tag":"emotion","emoji_type":"SMILE"},{"tag":"text","text":"","style":["bold"]}]])")));
}

TEST(FeishuPost, WordsSplitOverElementsOfALineAreSeenWhole) {
  auto const message = read(
      MsgType::post, post(R"([[{"tag":"text","text":"for"},{"tag":"text","text":"bidden"}]])"));
  EXPECT_NE(message->visible_text.find("forbidden"), std::string::npos);
}

TEST(FeishuPost, AnAtElementOfAllMentionsEverybody) {
  EXPECT_TRUE(read(MsgType::post, post(R"([[{"tag":"at","user_id":"all"}]])"))->mentions_all);
}

TEST(FeishuPost, FaultsAreToldWithTheirPlace) {
  auto const type = MsgType::post;
  expect_bad(type, R"({"zh_cn":{"content":[]}})", "content.post: ");
  expect_bad(type, R"({"post":{}})", "content.post: needs at least one locale");
  expect_bad(type, R"({"post":{"xx_yy":{"content":[[]]}}})", "content.post.xx_yy: ");
  expect_bad(type, R"({"post":{"zh_cn":[]}})", "content.post.zh_cn: ");
  expect_bad(type, R"({"post":{"zh_cn":{"title":"t"}}})", "content.post.zh_cn.content: ");
  expect_bad(type, R"({"post":{"zh_cn":{"title":1,"content":[[]]}}})", "content.post.zh_cn.title");
  expect_bad(type, post(R"([])"), "content.post.zh_cn: has neither");
  expect_bad(type, post(R"([{}])"), "content.post.zh_cn.content[0]: ");
  expect_bad(type, post(R"([[1]])"), "content.post.zh_cn.content[0][0]: ");
  expect_bad(type, post(R"([[],[{"tag":"md","text":"x"}]])"), "content.post.zh_cn.content[1][0]: ");
  expect_bad(type, post(R"([[{"text":"x"}]])"), "content.post.zh_cn.content[0][0]: ");
  expect_bad(type, post(R"([[{"tag":"text"}]])"), "content.post.zh_cn.content[0][0].text");
  expect_bad(type, post(R"([[{"tag":"a","text":"x"}]])"), "content.post.zh_cn.content[0][0].href");
  expect_bad(type, post(R"([[{"tag":"at","user_id":""}]])"),
             "content.post.zh_cn.content[0][0].user_id");
  expect_bad(type, post(R"([[{"tag":"img","image_key":"i"},{"tag":"text","text":"x"}]])"),
             "content.post.zh_cn.content[0][0]: img must be alone");
}

TEST(FeishuCard, BothGenerationsAndTemplatesAreTakenUntouched) {
  for (auto const* json :
       {R"({"elements":[]})", R"({"i18n_elements":{"zh_cn":[]}})",
        R"({"schema":"2.0","body":{"elements":[]}})",
        R"({"type":"template","data":{"template_id":"ctp_1","template_variable":{"a":"b"}}})"}) {
    EXPECT_TRUE(read(MsgType::interactive, json)) << json;
  }
}

TEST(FeishuCard, AnImageOfACardIsNotLookedUp) {
  auto const message =
      read(MsgType::interactive, R"({"elements":[{"tag":"img","img_key":"img_9"}]})");
  EXPECT_TRUE(message->image_keys.empty());
}

TEST(FeishuCard, WhatReadersSeeOfItIsAuditedKeysAndTagsAreNot) {
  auto const message = read(MsgType::interactive, R"({"header":{"title":{"tag":"plain_text",
      "content":"Title"}},"elements":[{"tag":"div","fields":[{"text":{"content":"Line"}}]}]})");
  EXPECT_EQ(message->visible_text, "Title\nLine\n");
}

TEST(FeishuCard, AnythingElseIsRefused) {
  auto const type = MsgType::interactive;
  expect_bad(type, R"({})", "card: ");
  expect_bad(type, R"({"elements":{}})", "card.elements: ");
  expect_bad(type, R"({"i18n_elements":[]})", "card.i18n_elements: ");
  expect_bad(type, R"({"body":[]})", "card.body: ");
  expect_bad(type, R"({"type":"template"})", "card.data: ");
  expect_bad(type, R"({"type":"template","data":{"template_id":""}})", "card.data.template_id");
  expect_bad(type, R"({"type":"template","data":{"template_id":"c","template_variable":[]}})",
             "card.data.template_variable");
}

}  // namespace
}  // namespace carillon::feishu
