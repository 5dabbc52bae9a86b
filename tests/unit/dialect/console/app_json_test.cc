#include "dialect/console/app_json.h"

#include <gtest/gtest.h>

#include "dialect/console/new_secret.h"

namespace carillon::console {
namespace {

struct Fixture {
  IdSealer ids{Key{}};
  Organisation organisation;
  App app;

  Fixture() {
    Tenant tenant;
    tenant.no = TenantNo{1};
    tenant.tenant_key = "acme";
    DirectoryBuilder builder(std::move(tenant));
    EXPECT_TRUE(builder.put(Department{.no = {},
                                       .department_id = "eng",
                                       .open_alias = "",
                                       .parent = kRootDepartment,
                                       .name = "Engineering"}));
    User user;
    user.user_id = "li";
    user.departments = {kRootDepartment};
    EXPECT_TRUE(builder.put(user));
    organisation.directories.push_back(*builder.build());
    auto apps = std::make_shared<AppRegistry>();
    apps->put(Developer{DeveloperNo{1}, "acme"});
    app.no = AppNo{1};
    app.app_id = "cli_demo";
    app.name = "HR";
    app.tenant = TenantNo{1};
    app.developer = DeveloperNo{1};
    app.secrets.push_back({1, SecretUse::app_id, {}, false, from_ms(1)});
    app.secrets.back().hash.fill(0xab);
    apps->put(app);
    apps->put(Installation{TenantNo{1}, AppNo{1}, true, 7});
    organisation.apps = apps;
  }

  Result<Availability> parse(std::string_view text) {
    auto const document = *json::parse_json(text);
    return parse_availability(document.root(), organisation, app, ids);
  }
  std::string render() {
    std::string out;
    json::Writer json(out);
    append_app(json, organisation, app);
    return out;
  }
};

TEST(AppJson, ShowsVersionsAndNeverHashes) {
  Fixture f;
  auto const text = f.render();
  EXPECT_EQ(text.find("abab"), std::string::npos);
  auto const body = *json::parse_json(text);
  auto const secret = *body.root().find("secrets")->elements().begin();
  EXPECT_EQ(secret.size(), 4u);
  EXPECT_EQ(secret.find("version")->integer(), 1);
  EXPECT_EQ(secret.find("use")->string(), "feishu");
  EXPECT_EQ(body.root().find("tenant_key")->string(), "acme");
  EXPECT_EQ(body.root().find("developer")->string(), "acme");
  EXPECT_EQ(body.root().find("installations")->size(), 1u);
}

TEST(AppJson, AvailabilityGoesThereAndBack) {
  Fixture f;
  auto const some = f.parse(R"({"departments":["eng","0"],"users":["li"]})");
  ASSERT_TRUE(some);
  EXPECT_FALSE(some->all);
  EXPECT_EQ(some->departments, (std::vector{DepartmentNo{2}, kRootDepartment}));
  EXPECT_EQ(some->users, (std::vector{UserNo{1}}));
  f.app.availability = *some;
  EXPECT_NE(f.render().find(R"({"all":false,"departments":["eng","0"],"users":["li"]})"),
            std::string::npos);
  auto const all = f.parse(R"({"all":true})");
  ASSERT_TRUE(all);
  EXPECT_EQ(*all, Availability{});
}

TEST(AppJson, NobodyIsAnAvailabilityToo) {
  Fixture f;
  auto const nobody = f.parse(R"({"all":false,"users":[]})");
  ASSERT_TRUE(nobody);
  EXPECT_FALSE(nobody->all);
  EXPECT_TRUE(nobody->users.empty());
}

TEST(AppJson, WrongAvailabilityIsRefused) {
  Fixture f;
  for (auto const* text : {"{}", "[]", "true", R"({"all":false})", R"({"all":true,"users":[]})",
                           R"({"all":1})", R"({"departments":["no"]})", R"({"users":["no"]})",
                           R"({"users":"li"})", R"({"all":true,"x":1})"}) {
    auto const parsed = f.parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, Errc::invalid_field) << text;
  }
  f.app.tenant = TenantNo{};
  EXPECT_FALSE(f.parse(R"({"users":["li"]})"));
  EXPECT_TRUE(f.parse(R"({"all":true})"));
}

TEST(NewSecret, IsLongAndDifferentEachTime) {
  auto const a = new_secret();
  EXPECT_EQ(a.size(), 32u);
  EXPECT_NE(a, new_secret());
  EXPECT_EQ(new_app_id().size(), 20u);
  EXPECT_EQ(new_app_id().substr(0, 4), "cli_");
}

}  // namespace
}  // namespace carillon::console
