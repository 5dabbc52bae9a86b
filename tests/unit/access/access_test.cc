#include <gtest/gtest.h>

#include "access/address.h"
#include "access/quota.h"
#include "access/secret.h"

namespace carillon {
namespace {

TEST(Address, NetworksSinglesAndMappedFormsAreUnderstood) {
  EXPECT_TRUE(address_allowed({}, "1.2.3.4")) << "an empty list allows everybody";
  EXPECT_TRUE(address_allowed({"10.0.0.0/8"}, "10.200.1.1"));
  EXPECT_FALSE(address_allowed({"10.0.0.0/8"}, "11.0.0.1"));
  EXPECT_TRUE(address_allowed({"10.0.0.0/9"}, "10.127.0.1"));
  EXPECT_FALSE(address_allowed({"10.0.0.0/9"}, "10.128.0.1"));
  EXPECT_TRUE(address_allowed({"192.0.2.7"}, "::ffff:192.0.2.7"));
  EXPECT_TRUE(address_allowed({"2001:db8::/32"}, "2001:db8:1::1"));
  EXPECT_FALSE(address_allowed({"2001:db8::/32"}, "10.0.0.1"));
  EXPECT_FALSE(address_allowed({"10.0.0.0/8"}, "not an address"));
}

TEST(Address, NonsenseIsNoPattern) {
  for (auto const* text :
       {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "::/129", "a/8", "1.2.3.4/-1"}) {
    EXPECT_FALSE(is_address_pattern(text)) << text;
  }
}

TEST(Day, TurnsAtTheTenantsOwnMidnight) {
  auto const before = Time{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}} +
                      std::chrono::hours(15) + std::chrono::minutes(59);
  auto const after = before + std::chrono::minutes(1);
  EXPECT_EQ(day_of(after, "Asia/Shanghai"), day_of(before, "Asia/Shanghai") + 1);
  EXPECT_EQ(day_of(after, "UTC"), day_of(before, "UTC"));
  EXPECT_EQ(day_of(after, "No/Where"), day_of(after, "Asia/Shanghai"));
  EXPECT_FALSE(is_timezone("No/Where"));
}

TEST(Secret, TheSameTextOfTwoAppsIsKeptDifferently) {
  Key const key{5};
  EXPECT_NE(hash_secret(key, "cli_a", "s"), hash_secret(key, "cli_b", "s"));
}

TEST(Secret, TwoAreGoodWhileOneIsRotatedOut) {
  Key const key{5};
  App app;
  app.app_id = "cli_a";
  app.secrets = {{1, SecretUse::app_id, hash_secret(key, "cli_a", "old"), false, {}},
                 {2, SecretUse::app_id, hash_secret(key, "cli_a", "new"), false, {}}};
  EXPECT_EQ(match_secret(app, SecretUse::app_id, key, "old")->version, 1);
  EXPECT_EQ(match_secret(app, SecretUse::app_id, key, "new")->version, 2);
  EXPECT_EQ(match_secret(app, SecretUse::app_key, key, "new"), nullptr);
  app.secrets[0].withdrawn = true;
  EXPECT_EQ(match_secret(app, SecretUse::app_id, key, "old"), nullptr);
}

}  // namespace
}  // namespace carillon
