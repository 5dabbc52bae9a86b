// Which code each failure has on the wire, and in which shape it is told.

#include "dialect/dingtalk/errors.h"

#include <gtest/gtest.h>

#include "dialect/dingtalk/envelope.h"

namespace carillon::dingtalk {
namespace {

constexpr char const kLogId[] = "20261121234500ABCDEF0123456789ABCDEF";

TEST(DingtalkErrors, HaveTheirCodesAndTexts) {
  struct Line {
    Family family;
    Errc code;
    int wire;
    std::string_view text;  // in mixed languages
  };
  for (auto const& [family, code, wire, text] : std::vector<Line>{
           {Family::token, Errc::app_unknown, 40089, "不合法的corpid或corpsecret"},
           {Family::token, Errc::app_secret_wrong, 40089, "不合法的corpid或corpsecret"},
           {Family::corp_token, Errc::app_secret_wrong, 40001,
            "获取access_token时Secret错误，或者access_token无效"},
           {Family::corp_token, Errc::app_unknown, 40089, "不合法的corpid或corpsecret"},
           {Family::token, Errc::app_disabled, 60011, "没有调用该接口的权限"},
           {Family::topapi, Errc::token_invalid, 40014, "不合法的access_token"},
           {Family::topapi, Errc::token_missing, 40014, "不合法的access_token"},
           {Family::topapi, Errc::app_disabled, 60011, "没有调用该接口的权限"},
           {Family::topapi, Errc::app_deleted, 60011, "没有调用该接口的权限"},
           {Family::topapi, Errc::app_not_installed, 60011, "没有调用该接口的权限"},
           {Family::topapi, Errc::scope_missing, 60011, "没有调用该接口的权限"},
           {Family::topapi, Errc::ip_denied, 60020, "访问ip不在白名单之中"},
           {Family::topapi, Errc::rate_limited, 90018, "请求过于频繁，请稍后再试"},
           {Family::topapi, Errc::overloaded, 90002, "该接口的请求过于频繁"},
           {Family::topapi, Errc::invalid_field, 40035, "Invalid parameter"},
           {Family::topapi, Errc::bad_json, 40035, "Invalid parameter"},
           {Family::send, Errc::bad_json, 1, "Platform System error"},
           {Family::send, Errc::image_unknown, 40007, "不合法的媒体文件id"},
           {Family::send, Errc::too_large, 34016, "消息内容长度超过限制"},
           {Family::send, Errc::content_refused, 34015, "发送消息失败"},
           {Family::send, Errc::low_disk, -1, "系统繁忙"},
           {Family::topapi, Errc::batch_unknown, 40035, "Invalid parameter"},
           {Family::topapi, Errc::batch_foreign, 40035, "Invalid parameter"},
           {Family::topapi, Errc::recall_too_late, 40035, "Invalid parameter"},
           {Family::topapi, Errc::unavailable, -1, "系统繁忙"},
           {Family::progress, Errc::unavailable, 500, "System error"},
           {Family::progress, Errc::internal, 500, "System error"},
           {Family::users, Errc::invalid_field, 400002, "无效的参数"},
           {Family::users, Errc::too_large, 400002, "无效的参数"},
           {Family::users, Errc::user_unknown, 60121, "找不到该用户"},
           {Family::users, Errc::user_id_taken, 60102, "UserID在公司中已存在"},
           {Family::users, Errc::mobile_taken, 60104, "手机号码在公司中已存在"},
           {Family::users, Errc::bad_name, 60112, "用户name不合法"},
           {Family::users, Errc::scope_missing, 60011, "没有调用该接口的权限"},
           {Family::departments, Errc::bad_name, 60001, "不合法的部门名称"},
           {Family::departments, Errc::department_unknown, 60003, "部门不存在"},
           {Family::departments, Errc::department_name_taken, 60008, "父部门下该部门名称已存在"},
           {Family::departments, Errc::import_running, -1, "系统繁忙"},
           {Family::progress, Errc::overloaded, 500, "System error"},
           {Family::progress, Errc::batch_unknown, 40035, "Invalid parameter"},
       }) {
    auto const error = wire_error(family, code);
    EXPECT_EQ(error.code, wire) << static_cast<int>(code);
    EXPECT_EQ(error.text(Language::mixed), text) << wire;
  }
}

TEST(DingtalkErrors, TextsFollowTheLanguage) {
  auto const error = wire_error(Family::topapi, Errc::invalid_field);
  EXPECT_EQ(error.text(Language::chinese), "不合法的参数");
  EXPECT_EQ(error.text(Language::english), "Invalid parameter");
  EXPECT_EQ(wire_error(Family::topapi, Errc::ip_denied).text(Language::english),
            "The calling IP address is not allowed");
}

TEST(DingtalkEnvelope, RefusalsOfTheGatewayAreWrappedOnTopapiOnly) {
  EXPECT_EQ(failure(Language::mixed, Family::topapi, Errc::app_disabled, kLogId).body,
            R"({"errcode":88,"sub_code":"60011","sub_msg":"没有调用该接口的权限",)"
            R"("errmsg":"ding talk error[subcode=60011,submsg=没有调用该接口的权限]",)"
            R"("request_id":")" +
                request_id(kLogId) + R"("})");
  EXPECT_EQ(failure(Language::mixed, Family::plain, Errc::token_invalid, kLogId).body,
            R"({"errcode":40014,"errmsg":"不合法的access_token","request_id":")" +
                request_id(kLogId) + R"("})");
  EXPECT_EQ(failure(Language::mixed, Family::topapi, Errc::batch_unknown, kLogId).body,
            R"({"errcode":40035,"errmsg":"Invalid parameter","request_id":")" + request_id(kLogId) +
                R"("})");
}

TEST(DingtalkEnvelope, AnUnknownApiIsCalledByItsName) {
  auto const answer = unknown_topapi(Language::mixed, "/topapi/app/remove_auth/", kLogId);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body,
            R"({"errcode":22,"sub_msg":"不合法ApiName，ApiName = dingtalk.oapi.app.remove_auth",)"
            R"("errmsg":"Invalid method[submsg=不合法ApiName，ApiName = )"
            R"(dingtalk.oapi.app.remove_auth]","request_id":")" +
                request_id(kLogId) + R"("})");
}

TEST(DingtalkEnvelope, RequestIdsAreOfTheVendorsForms) {
  for (std::string const log_id : {kLogId, "20261121234500ABCD0000000000000001", "", "zz"}) {
    auto const id = request_id(log_id);
    EXPECT_GE(id.size(), 12u) << log_id;
    EXPECT_LE(id.size(), 13u) << log_id;
    EXPECT_EQ(id.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz"), std::string::npos);
  }
  EXPECT_EQ(new_request_id("20261121234500ABCDEF01234567890ABC"),
            "26112123-4500-ABCD-EF01-234567890ABC");
}

}  // namespace
}  // namespace carillon::dingtalk
