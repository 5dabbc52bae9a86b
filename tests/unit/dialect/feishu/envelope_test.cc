#include "dialect/feishu/envelope.h"

#include <gtest/gtest.h>

#include "dialect/feishu/scopes.h"

namespace carillon::feishu {
namespace {

TEST(FeishuEnvelope, SuccessHasCodeMsgAndData) {
  auto const answer = success("ok", R"({"a":1})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.content_type, "application/json; charset=utf-8");
  EXPECT_EQ(answer.body, R"({"code":0,"msg":"ok","data":{"a":1}})");
}

TEST(FeishuEnvelope, TheTextStaysTheDocumentedOneAndTheDetailIsTold) {
  auto const answer =
      failure({}, Family::batch_send, fail(Errc::invalid_field, "msg_type: x"), "L");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"code":10003,"msg":"Invalid parameter.",)"
                         R"("error":{"log_id":"L","message":"msg_type: x"}})");
}

TEST(FeishuEnvelope, WithoutADetailThereIsNoErrorObject) {
  auto const answer = failure({}, Family::query, fail(Errc::batch_unknown), "L");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body, R"({"code":230030,"msg":"The message id is invalid, record not found."})");
}

TEST(FeishuEnvelope, NothingOfOurInsidesIsTold) {
  for (auto const code : {Errc::internal, Errc::unavailable, Errc::overloaded}) {
    auto const answer = failure({}, Family::batch_send, fail(code, "disk I/O error"), "L");
    EXPECT_EQ(answer.body, R"({"code":10002,"msg":"Create or send message fail."})");
  }
}

TEST(FeishuEnvelope, TheStatusOfBatchSendsOwnErrorsIsASettingTheGatewaysIsNot) {
  Settings settings;
  settings.batch_error_status = 400;
  EXPECT_EQ(failure(settings, Family::batch_send, fail(Errc::bot_off), "L").status, 400);
  settings.batch_error_status = 200;
  EXPECT_EQ(failure(settings, Family::batch_send, fail(Errc::bad_json), "L").status, 400);
}

TEST(FeishuEnvelope, BrokenJsonIsToldWithTheParsersWords) {
  auto const answer = failure({}, Family::batch_send, fail(Errc::bad_json, "no value"), "L");
  EXPECT_EQ(answer.body, R"({"code":99991300,"msg":"invalid request body: not json, no value"})");
}

TEST(FeishuEnvelope, AuthErrorsHaveNoTokenAndOnly10003HasData) {
  EXPECT_EQ(failure({}, Family::auth, fail(Errc::invalid_field, "app_id"), "L").body,
            R"({"code":10003,"data":{},"msg":"invalid param"})");
  EXPECT_EQ(failure({}, Family::auth, fail(Errc::app_unknown), "L").body,
            R"({"code":10014,"msg":"app id not exists"})");
}

TEST(FeishuEnvelope, AMissingScopeNamesEveryAlternative) {
  auto const answer =
      scope_failure(wire_error(Family::query, Errc::scope_missing), kBatchScopes, 7, "L");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body,
            R"({"code":99991672,"msg":"Access denied. One of the following scopes is required: )"
            R"([im:message:send_multi_depts, im:message:send_multi_users]",)"
            R"("error":{"troubleshooter":"排查建议查看(Troubleshooting suggestions): )"
            R"(https://open.feishu.cn/search?from=openapi&log_id=L&code=99991672&method_id=7",)"
            R"("permission_violations":[)"
            R"({"type":"action_scope_required","subject":"im:message:send_multi_depts"},)"
            R"({"type":"action_scope_required","subject":"im:message:send_multi_users"}],)"
            R"("message":"Refer to the documentation to fix the error: )"
            R"(https://open.feishu.cn/document/ukTMukTMukTM/ucDO1EjL3gTNx4yN4UTM","log_id":"L"}})");
}

TEST(FeishuEnvelope, ALimitedCallSaysWhichLimitAndWhenToRetry) {
  auto const answer = rate_failure(wire_error(Family::batch_send, Errc::rate_limited),
                                   {50, std::chrono::seconds(1)});
  EXPECT_EQ(answer.status, 429);
  EXPECT_EQ(answer.body, R"({"code":99991400,"msg":"request trigger frequency limit"})");
  ASSERT_EQ(answer.headers.size(), 2U);
  EXPECT_EQ(answer.headers[0],
            std::make_pair(std::string("x-ogw-ratelimit-limit"), std::string("50")));
  EXPECT_EQ(answer.headers[1],
            std::make_pair(std::string("x-ogw-ratelimit-reset"), std::string("1")));
}

TEST(FeishuEnvelope, AnUnknownPathIsPlainText) {
  auto const answer = page_not_found();
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.content_type, "text/plain");
  EXPECT_EQ(answer.body, "404 page not found");
}

}  // namespace
}  // namespace carillon::feishu
