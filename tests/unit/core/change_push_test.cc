// A person's push row: bounded, one subscription an endpoint, what is gone is removed.
#include "core/change_push.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/memory_view.h"

namespace carillon {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

PersonKey const kLi{TenantNo{1}, UserNo{1}};

class ChangePushTest : public testing::Test {
 protected:
  ChangePushTest() {
    Tenant tenant;
    tenant.no = TenantNo{1};
    DirectoryBuilder builder(tenant);
    User user;
    user.user_id = "li";
    user.departments = {kRootDepartment};
    EXPECT_TRUE(builder.put(std::move(user)));
    auto organisation = std::make_shared<Organisation>();
    organisation->directories.push_back(*builder.build());
    organisation->apps = std::make_shared<AppRegistry>();
    view = std::make_unique<MemoryView>(organisation);
  }

  PushRow subscribe(std::string endpoint, std::string auth = "") {
    return view->take(*subscribe_push(*view, kLi, {std::move(endpoint), "", std::move(auth), {}}));
  }
  void note(std::string endpoint, PushReason reason, PersonKey person = kLi) {
    PushGivenUp one{person, std::move(endpoint), {}};
    one.failure.reason = reason;
    view->take(*note_push_failures(*view, {one}));
  }

  std::unique_ptr<MemoryView> view;
};

TEST_F(ChangePushTest, ABrowserThatSubscribesAgainIsReplaced) {
  subscribe("https://a", "old");
  subscribe("https://b");
  auto const row = subscribe("https://a", "new");
  ASSERT_THAT(row.subscriptions, SizeIs(2));
  EXPECT_EQ(row.subscriptions[1].auth, "new");
  EXPECT_EQ(row.subscriptions[1].created_at, view->clock.now());
}

TEST_F(ChangePushTest, TheOldestBrowserMakesRoom) {
  for (int n = 0; n < 12; ++n) subscribe("https://" + std::to_string(n));
  auto const row = view->push.at(kLi);
  ASSERT_THAT(row.subscriptions, SizeIs(PushRow::kSubscriptionsMax));
  EXPECT_EQ(row.subscriptions.front().endpoint, "https://2");
  EXPECT_EQ(row.subscriptions.back().endpoint, "https://11");
}

TEST_F(ChangePushTest, TheSwitchKeepsSubscriptions) {
  subscribe("https://a");
  auto row = view->take(*switch_push(*view, kLi, false));
  EXPECT_FALSE(row.active());
  EXPECT_THAT(row.subscriptions, SizeIs(1));
  row = view->take(*switch_push(*view, kLi, true));
  EXPECT_TRUE(row.active());
}

TEST_F(ChangePushTest, NothingIsWrittenWhereNothingChanges) {
  EXPECT_TRUE(switch_push(*view, kLi, true)->change.empty());
  EXPECT_TRUE(unsubscribe_push(*view, kLi, "https://a")->change.empty());
}

TEST_F(ChangePushTest, WhatIsGoneIsRemovedAndFailuresAreKeptBounded) {
  subscribe("https://a");
  subscribe("https://b");
  note("https://a", PushReason::refused);
  EXPECT_THAT(view->push.at(kLi).subscriptions, SizeIs(2));
  note("https://a", PushReason::gone);
  ASSERT_THAT(view->push.at(kLi).subscriptions, SizeIs(1));
  EXPECT_EQ(view->push.at(kLi).subscriptions[0].endpoint, "https://b");
  for (int n = 0; n < 30; ++n) note("https://b", PushReason::unreachable);
  EXPECT_THAT(view->push.at(kLi).failures, SizeIs(PushRow::kFailuresMax));
}

TEST_F(ChangePushTest, FailuresOfNobodyArePassedOver) {
  note("https://a", PushReason::gone, {TenantNo{1}, UserNo{9}});
  note("https://a", PushReason::gone, {TenantNo{2}, UserNo{0}});
  EXPECT_THAT(view->push, IsEmpty());
}

TEST_F(ChangePushTest, FailuresOfOneGroupAddUp) {
  subscribe("https://a");
  PushGivenUp one{kLi, "https://a", {}};
  auto two = one;
  two.failure.reason = PushReason::gone;
  view->take(*note_push_failures(*view, {one, two}));
  EXPECT_THAT(view->push.at(kLi).failures, SizeIs(2));
  EXPECT_THAT(view->push.at(kLi).subscriptions, IsEmpty());
}

}  // namespace
}  // namespace carillon
