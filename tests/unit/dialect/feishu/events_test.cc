// Calls as the vendor's receivers check them, and the check of a URL.
#include "dialect/feishu/events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/reader.h"

namespace carillon::feishu {
namespace {

std::string header(OutgoingCall const& call, std::string_view name) {
  for (auto const& [key, value] : call.headers) {
    if (key == name) return value;
  }
  return {};
}

TEST(FeishuEventCalls, InTheClearWithoutAnEncryptKey) {
  auto const call =
      make_call({"https://a.test/e", "", "v"}, R"({"a":1})", from_ms(1'700'000'000'123));
  EXPECT_EQ(call.url, "https://a.test/e");
  EXPECT_EQ(call.body, R"({"a":1})");
  EXPECT_EQ(header(call, "Content-Type"), "application/json; charset=utf-8");
  EXPECT_EQ(header(call, "X-Lark-Signature"), "");
}

TEST(FeishuEventCalls, EncryptedAndSignedWithOne) {
  auto const call =
      make_call({"https://a.test/e", "k", "v"}, R"({"a":1})", from_ms(1'700'000'000'123));
  auto const body = json::parse_json(call.body);
  ASSERT_TRUE(body);
  EXPECT_EQ(call.body,
            R"({"encrypt":")" + std::string(body->root().find("encrypt")->string()) + "\"}")
      << "receivers sign the body as they would write it";
  EXPECT_EQ(header(call, "X-Lark-Request-Timestamp"), "1700000000");
  auto const signature =
      sha256("1700000000" + header(call, "X-Lark-Request-Nonce") + "k" + call.body);
  EXPECT_EQ(header(call, "X-Lark-Signature"), to_hex(signature.data(), signature.size()));
}

TEST(FeishuEventCalls, OnlyTheChallengeItselfProvesAUrl) {
  EXPECT_EQ(challenge_text({"u", "", "tok"}, "c"),
            R"({"challenge":"c","token":"tok","type":"url_verification"})");
  EXPECT_TRUE(check_challenge(200, R"({ "challenge" : "c" })", "c"));
  EXPECT_FALSE(check_challenge(200, R"({"challenge":"d"})", "c"));
  EXPECT_FALSE(check_challenge(200, R"({"challenge":1})", "1"));
  EXPECT_FALSE(check_challenge(200, "c", "c"));
  EXPECT_FALSE(check_challenge(302, R"({"challenge":"c"})", "c"));
}

}  // namespace
}  // namespace carillon::feishu
