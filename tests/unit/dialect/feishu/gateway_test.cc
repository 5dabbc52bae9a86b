#include "dialect/feishu/gateway.h"

#include <gtest/gtest.h>

#include "dialect/feishu/batch_call.h"
#include "dialect/feishu/scopes.h"

namespace carillon::feishu {
namespace {

constexpr std::string_view kHex = "0123456789abcdef0123456789abcdef";

TEST(FeishuAuthorization, TakesATenantTokenAfterTheSchemeInAnyCaseAndWithSpareBlanks) {
  for (std::string const scheme : {"Bearer ", "bearer ", "BEARER   ", "  Bearer\t"}) {
    auto const header = scheme + "t-" + std::string(kHex) + " ";
    auto const token = read_authorization(header);
    EXPECT_EQ(token.form, TokenForm::tenant) << scheme;
    EXPECT_EQ(token.hex, kHex) << scheme;
  }
}

TEST(FeishuAuthorization, WithoutASchemeOrATokenItIsMissing) {
  for (std::string_view const header :
       {"", "Bearer", "Bearer ", "t-0123", "Basic dXNlcg==", "Bearert-0123", "Token t-0123"}) {
    EXPECT_EQ(read_authorization(header).form, TokenForm::missing) << header;
  }
}

TEST(FeishuAuthorization, TellsTokensOfOtherKindsFromTextsThatAreNone) {
  for (std::string_view const header : {"Bearer a-123", "Bearer u-123", "Bearer eyJhbGciOi",
                                        "Bearer Bearer t-123", "Bearer bearer t-123"}) {
    EXPECT_EQ(read_authorization(header).form, TokenForm::other_kind) << header;
  }
  for (std::string_view const header :
       {"Bearer 123", "Bearer T-123", "Bearer x-1", "Bearer null"}) {
    EXPECT_EQ(read_authorization(header).form, TokenForm::malformed) << header;
  }
}

App app_with(std::vector<std::string> scopes) {
  App app;
  app.no = AppNo{1};
  app.tenant = TenantNo{1};
  app.scopes = std::move(scopes);
  return app;
}

Organisation organisation_with(App const& app, bool installed) {
  auto registry = std::make_shared<AppRegistry>();
  registry->put(app);
  registry->put(Installation{app.tenant, app.no, installed, 0});
  Organisation out;
  out.apps = registry;
  return out;
}

TEST(FeishuInUse, DeletedComesBeforeDisabledBeforeNotInstalled) {
  auto app = app_with({});
  EXPECT_TRUE(check_in_use(organisation_with(app, true), app.tenant, app));
  EXPECT_EQ(check_in_use(organisation_with(app, false), app.tenant, app).error().code,
            Errc::app_not_installed);
  app.enabled = false;
  EXPECT_EQ(check_in_use(organisation_with(app, false), app.tenant, app).error().code,
            Errc::app_disabled);
  app.deleted = true;
  EXPECT_EQ(check_in_use(organisation_with(app, false), app.tenant, app).error().code,
            Errc::app_deleted);
}

TEST(FeishuScopes, AnyOfTheAlternativesIsEnough) {
  EXPECT_TRUE(holds_any(app_with({"im:message:send_multi_users"}), kBatchScopes));
  EXPECT_TRUE(holds_any(app_with({"im:message:send_multi_depts"}), kBatchScopes));
  EXPECT_FALSE(holds_any(app_with({"im:message"}), kBatchScopes));
}

TEST(FeishuScopes, ABatchIsOpenToWhoHoldsAScopeByWhichItWasAddressed) {
  auto const users = app_with({std::string(kSendToUsers)});
  auto const departments = app_with({std::string(kSendToDepartments)});
  BatchRecord record;
  record.addressed_users = true;
  EXPECT_TRUE(check_addressing(users, record));
  EXPECT_EQ(check_addressing(departments, record).error().code, Errc::addressing_scope_missing);
  record.addressed_departments = true;
  EXPECT_TRUE(check_addressing(users, record));
  EXPECT_TRUE(check_addressing(departments, record));
  record.addressed_users = false;
  EXPECT_EQ(check_addressing(users, record).error().code, Errc::addressing_scope_missing);
  EXPECT_TRUE(check_addressing(departments, record));
}

}  // namespace
}  // namespace carillon::feishu
