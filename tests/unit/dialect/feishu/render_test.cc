#include <gtest/gtest.h>

#include "core/recall_batch.h"
#include "dialect/feishu/app_access_token.h"
#include "dialect/feishu/delete_batch.h"
#include "dialect/feishu/get_progress.h"
#include "dialect/feishu/ids.h"
#include "dialect/feishu/read_user.h"
#include "dialect/feishu/tenant_access_token.h"

namespace carillon::feishu {
namespace {

constexpr std::string_view kHex = "d4be107c616aed9c1da8ed8068570a9f";

TEST(FeishuBatchId, BothPrefixesAreReadAndTheDigitsInAnyCase) {
  for (std::string const prefix : {"bm-", "bm_"}) {
    EXPECT_EQ(*parse_batch_id(prefix + std::string(kHex)), kHex);
    EXPECT_TRUE(parse_batch_id(prefix + "D4BE107C616AED9C1DA8ED8068570A9F"));
  }
  EXPECT_EQ(batch_id(kHex), "bm-d4be107c616aed9c1da8ed8068570a9f");
}

TEST(FeishuBatchId, EverythingElseIsNotAnId) {
  std::string const hex(kHex);
  for (auto const& text :
       {std::string(), hex, "om_" + hex, "bm-" + hex + "0", "bm-" + hex.substr(1), "BM-" + hex,
        "bm-g" + hex.substr(1), "bm- " + hex.substr(1)}) {
    auto const id = parse_batch_id(text);
    ASSERT_FALSE(id) << text;
    EXPECT_EQ(id.error().code, Errc::bad_batch_id);
  }
}

BatchRecord record() {
  BatchRecord out;
  out.valid = 204;
  out.delivered = 200;
  out.read = 150;
  return out;
}

TEST(FeishuProgress, CountsAreNumbersAndRecallIsABoolean) {
  auto batch = record();
  EXPECT_EQ(render_get_progress(batch),
            R"({"batch_message_send_progress":{"valid_user_ids_count":204,)"
            R"("success_user_ids_count":200,"read_user_ids_count":150},)"
            R"("batch_message_recall_progress":{"recall":false,"recall_count":0}})");
  batch.recalled_at = from_ms(1);
  batch.recalled = 100;
  EXPECT_NE(render_get_progress(batch).find(R"({"recall":true,"recall_count":100})"),
            std::string::npos);
}

TEST(FeishuReadUser, CountsAreTextsAndTheTotalIsTheDelivered) {
  EXPECT_EQ(render_read_user(record()),
            R"({"read_user":{"read_count":"150","total_count":"200"}})");
}

TEST(FeishuTokenAnswers, FieldsAreAtTheTopAndExpireIsANumber) {
  IssuedToken const token{std::string(kHex), std::chrono::seconds(7200)};
  EXPECT_EQ(render_tenant_access_token(token),
            R"({"code":0,"msg":"ok",)"
            R"("tenant_access_token":"t-d4be107c616aed9c1da8ed8068570a9f","expire":7200})");
  EXPECT_EQ(render_app_access_token(token),
            R"({"app_access_token":"t-d4be107c616aed9c1da8ed8068570a9f","code":0,"expire":7200,)"
            R"("msg":"ok","tenant_access_token":"t-d4be107c616aed9c1da8ed8068570a9f"})");
}

TEST(FeishuRecallWindow, IsTheTenantsElseTheServersAndZeroIsNone) {
  using std::chrono::hours;
  Settings settings;
  Tenant tenant;
  EXPECT_EQ(recall_window(settings.recall_hours, tenant), hours(24));
  tenant.recall_hours = 2;
  EXPECT_EQ(recall_window(settings.recall_hours, tenant), hours(2));
  tenant.recall_hours = 0;
  EXPECT_EQ(recall_window(settings.recall_hours, tenant), hours(0));
  tenant.recall_hours = 2;
  settings.recall_hours = 0;
  EXPECT_EQ(recall_window(settings.recall_hours, tenant), hours(0))
      << "the server switched the rule off";
}

}  // namespace
}  // namespace carillon::feishu
