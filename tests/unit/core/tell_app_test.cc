// Who is told what: events are part of the change that they tell of, and only for those who listen.
#include "core/tell_app.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/deliver_slice.h"
#include "core/find_event.h"
#include "core/mark_read.h"
#include "core/recall_batch.h"
#include "tests/support/memory_view.h"

namespace carillon {
namespace {

class TellAppTest : public testing::Test {
 protected:
  TellAppTest() {
    Tenant tenant;
    tenant.no = TenantNo{1};
    tenant.tenant_key = "acme";
    DirectoryBuilder builder(tenant);
    for (int n = 1; n <= 3; ++n) {
      User user;
      user.user_id = "u" + std::to_string(n);
      user.departments = {kRootDepartment};
      EXPECT_TRUE(builder.put(std::move(user)));
    }
    auto organisation = std::make_shared<Organisation>();
    organisation->directories.push_back(*builder.build());
    auto apps = std::make_shared<AppRegistry>();
    for (int n = 1; n <= 2; ++n) {
      App app;
      app.no = AppNo{static_cast<std::uint32_t>(n)};
      app.app_id = "cli_" + std::to_string(n);
      app.tenant = TenantNo{1};
      app.event_url = n == 1;
      apps->put(app);
    }
    organisation->apps = apps;
    view = std::make_unique<MemoryView>(organisation);
  }

  // A batch of that app to everybody, accepted.
  BatchKey accept(std::uint32_t app) {
    BatchKey const key{TenantNo{1}, BatchNo{next_++}};
    NewBatch batch;
    batch.record.key = key;
    batch.record.app = AppNo{app};
    batch.record.generation = 3;
    auto const& active = view->organisation()->directories[0]->active();
    batch.audience.deliverable = active;
    batch.record.valid = static_cast<std::uint32_t>(active.size());
    Change change;
    change.new_batches.emplace(key, std::move(batch));
    view->apply(change);
    return key;
  }
  Change deliver(BatchKey const& key) {
    auto step = deliver_slice(*view, key);
    EXPECT_TRUE(step);
    auto change = step->change;
    view->take(std::move(*step));
    return change;
  }

  std::unique_ptr<MemoryView> view;
  std::uint64_t next_ = 1;
};

TEST_F(TellAppTest, TheEndOfABatchIsToldWithItsBooks) {
  auto const key = accept(1);
  auto const change = deliver(key);
  ASSERT_EQ(change.events.size(), 1u);
  auto const& event = change.events.front();
  EXPECT_EQ(event.kind, EventKind::sent);
  EXPECT_EQ(event.app, AppNo{1});
  EXPECT_EQ(event.key, (EventKey{TenantNo{1}, EventNo{1}}));
  EXPECT_EQ(event.batches, (std::vector<EventBatch>{{key.batch, 3}}));
  EXPECT_EQ(event.valid, 3u);
  EXPECT_EQ(event.delivered, 3u);
  EXPECT_EQ(change.counters.at(TenantNo{1}).to.next_event, EventNo{2});
}

TEST_F(TellAppTest, ARecallIsToldOnceItIsDone) {
  auto const key = accept(1);
  deliver(key);
  auto recall = recall_batch(*view, {key, std::chrono::hours(0)});
  ASSERT_TRUE(recall);
  EXPECT_TRUE(recall->change.events.empty()) << "the count still climbs";
  view->take(std::move(*recall));
  auto const change = deliver(key);
  ASSERT_EQ(change.events.size(), 1u);
  EXPECT_EQ(change.events.front().kind, EventKind::recalled);
  EXPECT_EQ(change.events.front().recalled, 3u);
  EXPECT_EQ(change.events.front().key.event, EventNo{2});
  auto const unsent = accept(1);
  auto at_once = recall_batch(*view, {unsent, std::chrono::hours(0)});
  ASSERT_EQ(at_once->change.events.size(), 1u);
  EXPECT_EQ(at_once->change.events.front().excluded, 3u);
}

TEST_F(TellAppTest, WhatIsReadTogetherIsToldTogether) {
  auto const first = accept(1);
  auto const second = accept(1);
  auto const silent = accept(2);
  for (auto const& key : {first, second, silent}) deliver(key);
  MarkRead const command{TenantNo{1}, UserNo{1}, {first.batch, second.batch, silent.batch}};
  auto read = mark_read(*view, command);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->answer.newly_read, 3u);
  ASSERT_EQ(read->change.events.size(), 1u) << "the second app does not listen";
  auto const& event = read->change.events.front();
  EXPECT_EQ(event.kind, EventKind::read);
  EXPECT_EQ(event.user, UserNo{1});
  EXPECT_EQ(event.batches, (std::vector<EventBatch>{{first.batch, 3}, {second.batch, 3}}));
  view->take(std::move(*read));
  auto again = mark_read(*view, command);
  EXPECT_TRUE(again->change.empty()) << "only the first read is news";
}

TEST_F(TellAppTest, AnAppThatDoesNotListenCostsNothing) {
  auto const key = accept(2);
  auto const change = deliver(key);
  EXPECT_TRUE(change.events.empty());
  EXPECT_EQ(change.counters.at(TenantNo{1}).to.next_event, EventNo{1});
  auto read = mark_read(*view, {TenantNo{1}, UserNo{1}, {key.batch}});
  EXPECT_TRUE(read->change.counters.empty());
}

TEST(EventIds, LeadBackToTheEvent) {
  IdSealer const ids{Key{3}};
  Event event;
  event.key = {TenantNo{7}, EventNo{(std::uint64_t{1} << 40) - 1}};
  event.app = AppNo{9};
  auto const id = event_id_hex(ids, event);
  EXPECT_EQ(id.size(), 32u);
  EXPECT_EQ(find_event(ids, id), (EventPlace{event.key, AppNo{9}}));
  EXPECT_EQ(find_event(ids, std::string(32, '0')), std::nullopt);
  event.key.event = EventNo{1};
  EXPECT_NE(event_id_hex(ids, event), id);
}

}  // namespace
}  // namespace carillon
