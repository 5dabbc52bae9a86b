#include "dialect/feishu/batch_send.h"

#include <gtest/gtest.h>

namespace carillon::feishu {
namespace {

Result<AudienceRequest> parse(std::string_view json) {
  auto const document = json::parse_json(json);
  EXPECT_TRUE(document) << json;
  if (!document) return document.error();
  auto fields = parse_batch_send(document->root());
  if (!fields) return fields.error();
  return std::move(fields->audience);
}

Errc code_of(std::string_view json) {
  auto const audience = parse(json);
  EXPECT_FALSE(audience) << json;
  return audience ? Errc::internal : audience.error().code;
}

std::string text_to(std::string_view lists) {
  return R"({"msg_type":"text","content":{"text":"x"},)" + std::string(lists) + "}";
}

std::string list_of(int n) {
  std::string out = "[";
  for (int i = 0; i < n; ++i)
    out += std::string(i == 0 ? "" : ",") + R"("u)" + std::to_string(i % 9) + '"';
  return out + "]";
}

TEST(FeishuBatchSendParse, AbsentNullAndEmptyListsAreEqual) {
  auto const audience = parse(text_to(R"("open_ids":null,"union_ids":[],"user_ids":["a"])"));
  ASSERT_TRUE(audience);
  EXPECT_TRUE(audience->open_ids.empty());
  EXPECT_EQ(audience->user_ids, std::vector<std::string>{"a"});
}

TEST(FeishuBatchSendParse, DoublesCollapseAndTheOrderStays) {
  auto const audience = parse(text_to(R"("user_ids":["b","a","b","a"],"open_ids":["b"])"));
  EXPECT_EQ(audience->user_ids, (std::vector<std::string>{"b", "a"}));
  EXPECT_EQ(audience->open_ids, std::vector<std::string>{"b"});
}

TEST(FeishuBatchSendParse, AListHasAtMost200EntriesCountedBeforeDoublesCollapse) {
  EXPECT_EQ(parse(text_to(R"("user_ids":)" + list_of(200)))->user_ids.size(), 9U);
  EXPECT_EQ(code_of(text_to(R"("user_ids":)" + list_of(201))), Errc::invalid_field);
}

TEST(FeishuBatchSendParse, SomebodyMustBeNamed) {
  EXPECT_EQ(code_of(R"({"msg_type":"text","content":{"text":"x"}})"), Errc::invalid_field);
  EXPECT_EQ(code_of(text_to(R"("user_ids":[],"department_ids":null)")), Errc::invalid_field);
}

TEST(FeishuBatchSendParse, BlankAndOtherEntriesAreFaultsOfTheirList) {
  for (auto const* entry : {R"("")", R"(" ")", "1", "null", "{}"}) {
    std::string const list = "[\"a\"," + std::string(entry) + "]";
    EXPECT_EQ(code_of(text_to(R"("open_ids":)" + list)), Errc::bad_open_id) << entry;
    EXPECT_EQ(code_of(text_to(R"("user_ids":)" + list)), Errc::invalid_field) << entry;
    EXPECT_EQ(code_of(text_to(R"("union_ids":)" + list)), Errc::invalid_field) << entry;
    EXPECT_EQ(code_of(text_to(R"("department_ids":)" + list)), Errc::invalid_field) << entry;
  }
  EXPECT_EQ(code_of(text_to(R"("open_ids":"ou_1")")), Errc::invalid_field);
}

TEST(FeishuBatchSendParse, ExactlyOneOfContentAndCardAsTheTypeTakesIt) {
  std::string const to = R"(,"user_ids":["a"]})";
  EXPECT_TRUE(parse(R"({"msg_type":"interactive","card":{"elements":[]})" + to));
  EXPECT_TRUE(parse(R"({"msg_type":"text","card":null,"content":{})" + to));
  for (auto const* fields : {
           R"({"msg_type":"text","content":{"text":"x"},"card":{})",
           R"({"msg_type":"interactive","content":{},"card":{})",
           R"({"msg_type":"interactive","content":{})",
           R"({"msg_type":"text","card":{})",
           R"({"msg_type":"text")",
           R"({"msg_type":"text","content":"{\"text\":\"x\"}")",
           R"({"msg_type":"audio","content":{})",
           R"({"msg_type":1,"content":{})",
           R"({"content":{"text":"x"})",
       }) {
    EXPECT_EQ(code_of(fields + to), Errc::invalid_field) << fields;
  }
}

TEST(FeishuBatchSendParse, ABodyThatIsNoObjectIsNotJsonToUs) {
  for (auto const* json : {"[]", "null", "\"x\"", "1"}) EXPECT_EQ(code_of(json), Errc::bad_json);
}

TEST(FeishuSizes, TextsAreMeasuredByTheBodyRichOnesByThemselves) {
  Settings const settings;
  EXPECT_TRUE(check_size(settings, MsgType::text, 150 * 1024, 1));
  EXPECT_EQ(check_size(settings, MsgType::text, 150 * 1024 + 1, 1).error().code, Errc::too_large);
  EXPECT_TRUE(check_size(settings, MsgType::post, 200 * 1024, 30 * 1024));
  EXPECT_EQ(check_size(settings, MsgType::post, 1, 30 * 1024 + 1).error().code, Errc::too_large);
  EXPECT_EQ(check_size(settings, MsgType::interactive, 1, 30 * 1024 + 1).error().code,
            Errc::too_large);
}

TEST(FeishuSizes, ZeroSwitchesALimitOff) {
  Settings settings;
  settings.text_bytes_max = 0;
  settings.rich_bytes_max = 0;
  EXPECT_TRUE(check_size(settings, MsgType::text, 1'000'000, 1'000'000));
  EXPECT_TRUE(check_size(settings, MsgType::interactive, 1'000'000, 1'000'000));
}

TEST(FeishuBatchSendRender, AllFiveKeysAlwaysAppear) {
  EXPECT_EQ(render_batch_send({}, "d4be107c616aed9c1da8ed8068570a9f"),
            R"({"invalid_department_ids":[],"invalid_open_ids":[],"invalid_user_ids":[],)"
            R"("invalid_union_ids":[],"message_id":"bm-d4be107c616aed9c1da8ed8068570a9f"})");
  InvalidIds invalid;
  invalid.department_ids = {"0"};
  invalid.open_ids = {"ou_1", "a\"b"};
  EXPECT_EQ(render_batch_send(invalid, "0"),
            R"({"invalid_department_ids":["0"],"invalid_open_ids":["ou_1","a\"b"],)"
            R"("invalid_user_ids":[],"invalid_union_ids":[],"message_id":"bm-0"})");
}

}  // namespace
}  // namespace carillon::feishu
