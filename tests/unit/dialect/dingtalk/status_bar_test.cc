// Changing the status bar of an oa message.

#include <gtest/gtest.h>

#include "dialect/dingtalk/content_rules.h"
#include "dialect/dingtalk/get_send_result.h"
#include "dialect/dingtalk/update_status_bar.h"

namespace carillon::dingtalk {
namespace {

TEST(DingtalkStatusBar, IsReplacedAndTheRestStays) {
  constexpr std::string_view kMessage =
      R"({"message_url":"u","status_bar":{"status_value":"open","status_bg":"0xFF00"},"head":{}})";
  EXPECT_EQ(*with_status(kMessage, "done", "0xFFAA"),
            R"({"message_url":"u","head":{},"status_bar":{"status_value":"done",)"
            R"("status_bg":"0xFFAA"}})");
  EXPECT_EQ(*with_status(kMessage, "done", std::nullopt),
            R"({"message_url":"u","head":{},"status_bar":{"status_value":"done",)"
            R"("status_bg":"0xFF00"}})");
  EXPECT_EQ(with_status(R"({"head":{}})", "done", std::nullopt).error().code, Errc::invalid_field);
}

TEST(DingtalkForbiddenCodes, AreOfTheirOwnForStoreApps) {
  for (auto const& [rule, custom, store] :
       std::vector<std::tuple<FlowRule, std::string_view, std::string_view>>{
           {FlowRule::app_minute, "143103", "143203"},
           {FlowRule::call, "143103", "143203"},
           {FlowRule::tenant_minute, "143104", "143204"},
           {FlowRule::everywhere_minute, "143104", "143204"},
           {FlowRule::person_day, "143105", "143205"},
           {FlowRule::everybody_day, "143105", "143205"},
           {FlowRule::same_content, "143106", "143206"},
       }) {
    EXPECT_EQ(forbidden_code(rule, AppKind::custom), custom);
    EXPECT_EQ(forbidden_code(rule, AppKind::store), store);
  }
}

TEST(DingtalkFlowLimits, AStoreAppHasItsOwnAndOneMinuteEverywhere) {
  Settings const settings;
  auto const of = [&](AppKind kind, FlowRule rule) {
    return flow_limits(settings, kind)[static_cast<std::size_t>(rule)];
  };
  EXPECT_EQ(of(AppKind::custom, FlowRule::person_day), 500u);
  EXPECT_EQ(of(AppKind::store, FlowRule::person_day), 100u);
  EXPECT_EQ(of(AppKind::custom, FlowRule::call), 5000u);
  EXPECT_EQ(of(AppKind::store, FlowRule::call), 1000u);
  EXPECT_EQ(of(AppKind::custom, FlowRule::tenant_minute), 5000u);
  EXPECT_EQ(of(AppKind::custom, FlowRule::everywhere_minute), 0u);
  EXPECT_EQ(of(AppKind::store, FlowRule::tenant_minute), 0u);
  EXPECT_EQ(of(AppKind::store, FlowRule::everywhere_minute), 5000u);
  EXPECT_EQ(of(AppKind::custom, FlowRule::same_content), 1u);
  EXPECT_EQ(of(AppKind::custom, FlowRule::everybody_day), 3u);
}

}  // namespace
}  // namespace carillon::dingtalk
