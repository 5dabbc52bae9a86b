#include "dialect/feishu/credentials.h"

#include <gtest/gtest.h>

#include "access/secret.h"

namespace carillon::feishu {
namespace {

using std::chrono::hours;

TEST(FeishuCredentials, TwoTextsAreRequiredAndMoreIsIgnored) {
  auto const read =
      parse_credentials(R"({ "app_id": "cli_a", "app_secret": "s", "app_ticket": null })");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->app_id, "cli_a");
  EXPECT_EQ(read->app_secret, "s");
  for (auto const* body :
       {"", "null", "[]", "{}", "{", R"({"app_id":"cli_a"})", R"({"app_id":"","app_secret":"s"})",
        R"({"app_id":1,"app_secret":"s"})", R"({"app_id":"cli_a","app_secret":null})"}) {
    EXPECT_FALSE(parse_credentials(body)) << body;
  }
}

// A tenant with one app whose secret is "s3cret".
class FeishuIssue : public testing::Test {
 protected:
  FeishuIssue() : tokens_(key_) {
    app_.no = AppNo{1};
    app_.tenant = TenantNo{1};
    app_.app_id = "cli_hr";
    app_.secrets = {{1, SecretUse::app_id, hash_secret(key_, "cli_hr", "s3cret"), false, {}}};
    Tenant tenant;
    tenant.no = TenantNo{1};
    tenant.tenant_key = "acme";
    directory_ = *DirectoryBuilder(tenant).build();
  }

  Organisation organisation() const {
    auto registry = std::make_shared<AppRegistry>();
    registry->put(app_);
    registry->put(Installation{app_.tenant, app_.no, installed_, 0});
    Organisation out;
    out.directories = {directory_};
    out.apps = registry;
    return out;
  }
  Result<IssuedToken> issue(std::string app_id, std::string secret) const {
    return issue_tenant_token(organisation(), key_, tokens_, {std::move(app_id), std::move(secret)},
                              now_);
  }
  Errc refusal(std::string app_id = "cli_hr", std::string secret = "s3cret") const {
    auto const token = issue(std::move(app_id), std::move(secret));
    EXPECT_FALSE(token);
    return token ? Errc::internal : token.error().code;
  }

  Key const key_ = random_key();
  Tokens const tokens_;
  App app_;
  bool installed_ = true;
  std::shared_ptr<Directory const> directory_;
  Time const now_ = from_ms(1'700'000'000'000);
};

TEST_F(FeishuIssue, GoodCredentialsGetATokenThatSpeaksForTheAppInItsTenant) {
  auto const token = issue("cli_hr", "s3cret");
  ASSERT_TRUE(token);
  EXPECT_GT(token->remaining, std::chrono::seconds(1799));
  EXPECT_LE(token->remaining, hours(2));
  auto const now = organisation();
  auto const caller = tokens_.verify(TokenKind::tenant, token->hex, now, now_);
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->tenant, TenantNo{1});
  EXPECT_EQ(caller->app->app_id, "cli_hr");
}

TEST_F(FeishuIssue, AskingTwiceGivesTheSameTokenOrAYoungerOne) {
  EXPECT_EQ(issue("cli_hr", "s3cret")->hex, issue("cli_hr", "s3cret")->hex);
}

TEST_F(FeishuIssue, AnUnknownAppIsToldFromATextThatIsNoAppId) {
  EXPECT_EQ(refusal("cli_a734b3923178100e"), Errc::app_unknown);
  EXPECT_EQ(refusal("cli_"), Errc::invalid_field);
  EXPECT_EQ(refusal("ding1"), Errc::invalid_field);
  EXPECT_EQ(refusal("cli_ x"), Errc::invalid_field);
}

TEST_F(FeishuIssue, TheSecretIsAskedBeforeTheStateOfTheApp) {
  app_.enabled = false;
  EXPECT_EQ(refusal("cli_hr", "wrong"), Errc::app_secret_wrong);
  EXPECT_EQ(refusal(), Errc::app_disabled);
}

TEST_F(FeishuIssue, AppsThatMayNotAreRefusedEachInItsWay) {
  installed_ = false;
  EXPECT_EQ(refusal(), Errc::app_not_installed);
  app_.secrets[0].withdrawn = true;
  EXPECT_EQ(refusal(), Errc::app_secret_wrong);
  app_.deleted = true;
  EXPECT_EQ(refusal(), Errc::app_deleted);
}

TEST_F(FeishuIssue, AStoreAppIsNotForTheInternalEndpoints) {
  app_.kind = AppKind::store;
  EXPECT_EQ(refusal(), Errc::invalid_field);
}

}  // namespace
}  // namespace carillon::feishu
