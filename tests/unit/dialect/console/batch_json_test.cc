#include "dialect/console/batch_json.h"

#include <gtest/gtest.h>

#include "dialect/console/ids.h"
#include "json/reader.h"

namespace carillon::console {
namespace {

BatchRecord some_batch() {
  BatchRecord record;
  record.key = {TenantNo{1}, BatchNo{9}};
  record.app = AppNo{1};
  record.state = BatchState::recalling;
  record.valid = 100;
  record.excluded = 30;
  record.unavailable = 10;
  record.delivered = 60;
  record.failed = 4;
  record.read = 25;
  record.recalled = 8;
  record.accepted_at = from_ms(1'767'323'045'678);
  record.recalled_at = from_ms(1'767'323'046'000);
  return record;
}

Organisation some_organisation() {
  Organisation organisation;
  Tenant tenant;
  tenant.no = TenantNo{1};
  tenant.tenant_key = "acme";
  DirectoryBuilder builder(std::move(tenant));
  organisation.directories.push_back(*builder.build());
  auto apps = std::make_shared<AppRegistry>();
  App app;
  app.no = AppNo{1};
  app.app_id = "cli_demo";
  apps->put(app);
  organisation.apps = apps;
  return organisation;
}

TEST(BatchJson, BooksBalanceInOneAnswer) {
  IdSealer const ids(Key{});
  auto const body = *json::parse_json(render_progress(ids, some_organisation(), some_batch()));
  auto const n = [&](std::string_view name) { return body.root().find(name)->integer().value(); };
  EXPECT_EQ(n("valid"), n("pending") + n("delivered") + n("failed") + n("excluded"));
  EXPECT_EQ(n("pending"), 6);
  EXPECT_EQ(n("unread"), n("delivered") - n("read"));
  auto const reasons = *body.root().find("reasons");
  EXPECT_EQ(reasons.find("not_available_to_app")->integer(), 10);
  EXPECT_EQ(reasons.find("recalled_before_delivery")->integer(), 20);
  EXPECT_EQ(reasons.find("gone_since_acceptance")->integer(), 4);
  EXPECT_EQ(body.root().find("state")->string(), "recalling");
  EXPECT_EQ(body.root().find("tenant_key")->string(), "acme");
  EXPECT_EQ(body.root().find("app_id")->string(), "cli_demo");
  EXPECT_EQ(body.root().find("accepted_at")->string(), "2026-01-02T03:04:05.678Z");
  EXPECT_TRUE(body.root().find("sent_at")->is_null());
}

TEST(BatchJson, BatchAddsTypeAndInvalidIds) {
  IdSealer const ids(Key{});
  InvalidIds invalid;
  invalid.user_ids = {"nobody", "\"quoted\""};
  std::string out;
  json::Writer json(out);
  append_batch(json, ids, some_organisation(), some_batch(), "text", invalid);
  auto const body = *json::parse_json(out);
  EXPECT_EQ(body.root().find("msg_type")->string(), "text");
  EXPECT_EQ(body.root().find("invalid")->find("user_ids")->size(), 2u);
  EXPECT_EQ(body.root().find("invalid")->find("open_ids")->size(), 0u);
  EXPECT_EQ(body.root().find("kind")->string(), "bulk");
  EXPECT_EQ(body.root().size(), 22u);
  EXPECT_TRUE(body.root().find("reminds")->is_null());
}

TEST(BatchJson, APolicyOfOffHidesHowManyHaveRead) {
  auto organisation = some_organisation();
  auto apps = std::make_shared<AppRegistry>(*organisation.apps);
  App app = *apps->find(AppNo{1});
  app.receipts = ReceiptPolicy::off;
  apps->put(app);
  organisation.apps = apps;
  auto const body = *json::parse_json(render_progress(IdSealer(Key{}), organisation, some_batch()));
  EXPECT_TRUE(body.root().find("read")->is_null());
  EXPECT_TRUE(body.root().find("unread")->is_null());
  EXPECT_EQ(body.root().find("delivered")->integer(), 60);
}

TEST(BatchJson, ACanceledBatchSaysWhyItsRestIsExcluded) {
  auto record = some_batch();
  record.canceled_at = record.recalled_at;
  record.reminds = BatchNo{4};
  IdSealer const ids(Key{});
  auto const body = *json::parse_json(render_progress(ids, some_organisation(), record));
  auto const reasons = *body.root().find("reasons");
  EXPECT_EQ(reasons.find("canceled_before_delivery")->integer(), 20);
  EXPECT_EQ(reasons.find("recalled_before_delivery")->integer(), 0);
  EXPECT_EQ(body.root().find("reminds")->string(),
            "bm-" + batch_id_hex(ids, BatchKey{TenantNo{1}, BatchNo{4}}, 0));
}

TEST(BatchJson, StatesHaveNamesBothWays) {
  for (int n = 1; n <= static_cast<int>(BatchState::canceled); ++n) {
    auto const state = static_cast<BatchState>(n);
    EXPECT_EQ(find_batch_state(name_of(state)), state);
  }
  EXPECT_EQ(find_batch_state("cancelled"), std::nullopt);
  EXPECT_EQ(find_batch_state(""), std::nullopt);
}

TEST(BatchIds, BothSpellingsAreRead) {
  IdSealer const ids(Key{});
  auto const id = batch_id(ids, some_batch());
  ASSERT_EQ(id.substr(0, 3), "bm-");
  EXPECT_EQ(*parse_batch_id(id), id.substr(3));
  EXPECT_EQ(*parse_batch_id("bm_" + id.substr(3)), id.substr(3));
  EXPECT_FALSE(parse_batch_id(id.substr(3)));
  EXPECT_FALSE(parse_batch_id(""));
}

}  // namespace
}  // namespace carillon::console
