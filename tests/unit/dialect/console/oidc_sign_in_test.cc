#include "dialect/console/oidc_sign_in.h"

#include <gtest/gtest.h>

#include "directory/directory.h"

namespace carillon::console {
namespace {

using namespace std::chrono_literals;

Key const kKey{7};
Time const kNow = from_ms(1'700'000'000'000);

PendingSignIn pending() {
  return {oidc::new_sign_in(), SignInWho::the_operator, "/console?a=b", kNow + 10min};
}

TEST(PendingSignIn, ComesBackWithItsState) {
  auto const sent = pending();
  auto const back = unseal_pending(kKey, seal_pending(kKey, sent), sent.sign_in.state, kNow);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->sign_in.nonce, sent.sign_in.nonce);
  EXPECT_EQ(back->sign_in.verifier, sent.sign_in.verifier);
  EXPECT_EQ(back->who, SignInWho::the_operator);
  EXPECT_EQ(back->next, "/console?a=b");
  EXPECT_EQ(back->expires, sent.expires);
}

TEST(PendingSignIn, IsNoneWithAnotherStateAKeyOrTooLate) {
  auto const sent = pending();
  auto const text = seal_pending(kKey, sent);
  auto const& state = sent.sign_in.state;
  EXPECT_FALSE(unseal_pending(kKey, text, oidc::new_sign_in().state, kNow));
  EXPECT_FALSE(unseal_pending(kKey, text, "", kNow));
  EXPECT_FALSE(unseal_pending(Key{8}, text, state, kNow));
  EXPECT_FALSE(unseal_pending(kKey, text, state, kNow + 10min));
  EXPECT_FALSE(unseal_pending(kKey, "", state, kNow));
  EXPECT_FALSE(unseal_pending(kKey, text.substr(1), state, kNow));
  auto const twice = pending();
  EXPECT_FALSE(unseal_pending(kKey, seal_pending(kKey, twice), state, kNow));
}

TEST(LocalPath, IsOneOfThisServer) {
  for (auto const* path : {"/", "/inbox", "/inbox/x?a=b&c=//d#e", "/%2F/evil.example"}) {
    EXPECT_TRUE(is_local_path(path)) << path;
  }
  for (auto const* path : {"", "inbox", "//evil.example", "/\\evil.example", "https://evil.example",
                           "/a b", "/a\nb", "/\t/evil.example", "/a\x7f", "/\xc3\xa9"}) {
    EXPECT_FALSE(is_local_path(path)) << path;
  }
  EXPECT_FALSE(is_local_path("/" + std::string(512, 'x')));
}

class ClaimsTest : public testing::Test {
 protected:
  ClaimsTest() {
    for (std::uint32_t no = 1; no <= 2; ++no) {
      Tenant tenant;
      tenant.no = TenantNo{no};
      tenant.tenant_key = no == 1 ? "acme" : "globex";
      DirectoryBuilder builder(tenant);
      User li;
      li.user_id = "li";
      li.email = "li@acme.test";
      li.departments = {kRootDepartment};
      EXPECT_TRUE(builder.put(std::move(li)));
      User gone;
      gone.user_id = "gone";
      gone.active = false;
      gone.departments = {kRootDepartment};
      EXPECT_TRUE(builder.put(std::move(gone)));
      organisation.directories.push_back(*builder.build());
    }
    settings.tenant_key = "acme";
  }
  static oidc::Claims claims(std::string_view text) {
    return {*json::parse_json(text), std::nullopt};
  }
  // The tenant in which somebody was found; 0: nobody.
  std::uint32_t found(std::string_view text) const {
    auto const person = find_claimed_person(organisation, settings, claims(text));
    return person ? person->tenant.value : 0;
  }

  Organisation organisation;
  OidcSettings settings;
};

TEST_F(ClaimsTest, APersonIsAnActiveUserOfTheTenant) {
  EXPECT_EQ(found(R"({"sub":"li"})"), 1U);
  EXPECT_EQ(found(R"({"sub":"gone"})"), 0U);
  EXPECT_EQ(found(R"({"sub":"nobody"})"), 0U);
  EXPECT_EQ(found(R"({"sub":""})"), 0U);
  EXPECT_EQ(found(R"({"sub":["li"]})"), 0U);
  settings.tenant_key.clear();
  EXPECT_EQ(found(R"({"sub":"li"})"), 0U) << "of two tenants neither is guessed";
  settings.tenant_claim = "org";
  EXPECT_EQ(found(R"({"sub":"li","org":"globex"})"), 2U);
  EXPECT_EQ(found(R"({"sub":"li","org":"initech"})"), 0U);
  EXPECT_EQ(found(R"({"sub":"li"})"), 0U);
}

TEST_F(ClaimsTest, AnEmailCountsOnlyIfItWasChecked) {
  settings.person_claim = "email";
  settings.person_is = "email";
  EXPECT_EQ(found(R"({"email":"li@acme.test","email_verified":true})"), 1U);
  EXPECT_EQ(found(R"({"email":"li@acme.test","email_verified":false})"), 0U);
  EXPECT_EQ(found(R"({"email":"li@acme.test","email_verified":"true"})"), 0U);
  EXPECT_EQ(found(R"({"email":"li@acme.test"})"), 0U);
  EXPECT_FALSE(claimed_name(settings, claims(R"({"email":"li@acme.test"})")));
  EXPECT_TRUE(claimed_name(settings, claims(R"({"email":"li@x","email_verified":true})")));
}

TEST_F(ClaimsTest, TheBestRoleOfTheGroupsCounts) {
  settings.operator_roles = {{"w", Role::viewer}, {"a", Role::admin}, {"s", Role::sender}};
  EXPECT_EQ(claimed_role(settings, claims(R"({"groups":["s","a","w"]})")), Role::admin);
  EXPECT_EQ(claimed_role(settings, claims(R"({"groups":"s"})")), Role::sender);
  EXPECT_EQ(claimed_role(settings, claims(R"({"groups":["x",7,null]})")), std::nullopt);
  EXPECT_EQ(claimed_role(settings, claims(R"({"groups":{"a":true}})")), std::nullopt);
  EXPECT_EQ(claimed_role(settings, claims(R"({})")), std::nullopt);
}

}  // namespace
}  // namespace carillon::console
