#include "ledger/with_rows.h"

#include <gtest/gtest.h>

#include "tests/support/people.h"

namespace carillon {
namespace {

constexpr TenantNo kAcme{1};

struct WithRows : testing::Test {
  std::shared_ptr<Organisation const> before = make_organisation({"ann", "bob"});
  DirectoryRows rows;

  User user(char const* id) {
    auto const& directory = *before->directories[0];
    return directory.user(*directory.find_user(id));
  }
};

TEST_F(WithRows, AChangedUserIsFoundUnderTheNewIdAndTheOldOrganisationStays) {
  auto ann = user("ann");
  ann.user_id = "anna";
  rows.users.emplace_back(kAcme, ann);
  auto const after = with_rows(*before, rows);
  ASSERT_TRUE(after) << after.error().detail;
  EXPECT_EQ((*after)->find(kAcme)->find_user("anna"), ann.no);
  EXPECT_FALSE((*after)->find(kAcme)->find_user("ann"));
  EXPECT_TRUE(before->find(kAcme)->find_user("ann"));
  EXPECT_GT((*after)->version, before->version);
}

TEST_F(WithRows, AnIdThatOneGivesUpAndAnotherTakesInTheSameChange) {
  auto ann = user("ann");
  auto bob = user("bob");
  ann.user_id = "old-ann";
  bob.user_id = "ann";
  rows.users = {{kAcme, ann}, {kAcme, bob}};
  auto const after = with_rows(*before, rows);
  ASSERT_TRUE(after) << after.error().detail;
  EXPECT_EQ((*after)->find(kAcme)->find_user("ann"), bob.no);
}

TEST_F(WithRows, ADepartmentIsEmptiedAndDeletedInOneChange) {
  auto const& directory = *before->directories[0];
  auto const sales = *directory.find_department("sales", IdSealer(Key{1}));
  auto ann = user("ann");
  ann.departments = {sales};
  rows.users = {{kAcme, ann}};
  auto const inside = with_rows(*before, rows);
  ASSERT_TRUE(inside);
  EXPECT_TRUE((*inside)->find(kAcme)->members(sales).contains(ann.no));
  ann.departments = {kRootDepartment};
  auto gone = directory.department(sales);
  gone.deleted = true;
  rows.users = {{kAcme, ann}};
  rows.departments = {{kAcme, gone}};
  auto const after = with_rows(**inside, rows);
  ASSERT_TRUE(after) << after.error().detail;
  EXPECT_FALSE((*after)->find(kAcme)->has_department(sales));
}

TEST_F(WithRows, ManyRowsAndRowsOfOtherKindsAreBuiltAnew) {
  for (std::uint32_t n = 0; n < 1500; ++n) {
    User fresh;
    fresh.no = UserNo{100 + n};
    fresh.user_id = "user-" + std::to_string(n);
    fresh.departments = {kRootDepartment};
    rows.users.emplace_back(kAcme, fresh);
  }
  auto tenant = before->find(kAcme)->tenant();
  tenant.name = "Acme Ltd";
  rows.tenants = {tenant};
  rows.chats = {{kAcme, {"oc_1", "Everybody"}}};
  auto const after = with_rows(*before, rows);
  ASSERT_TRUE(after) << after.error().detail;
  auto const& directory = *(*after)->find(kAcme);
  EXPECT_TRUE(directory.find_user("user-1499"));
  EXPECT_TRUE(directory.find_user("ann"));
  EXPECT_TRUE(directory.has_chat("oc_1"));
  EXPECT_EQ(directory.tenant().name, "Acme Ltd");
}

TEST_F(WithRows, ANewTenantComesWithItsRowsAndAnUnknownOneIsRefused) {
  User dan;
  dan.no = UserNo{1};
  dan.user_id = "dan";
  dan.departments = {kRootDepartment};
  rows.users = {{TenantNo{2}, dan}};
  EXPECT_EQ(with_rows(*before, rows).error().code, Errc::internal);
  Tenant tenant;
  tenant.no = TenantNo{2};
  tenant.tenant_key = "other";
  rows.tenants = {tenant};
  auto const after = with_rows(*before, rows);
  ASSERT_TRUE(after) << after.error().detail;
  EXPECT_TRUE((*after)->find(TenantNo{2})->find_user("dan"));
}

}  // namespace
}  // namespace carillon
