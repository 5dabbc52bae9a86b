// The life of batches as pure decisions: accept, send, read, recall, against plain maps.

#include <random>

#include <gtest/gtest.h>

#include "batch/books.h"
#include "core/deliver_slice.h"
#include "core/mark_read.h"
#include "core/recall_batch.h"
#include "core/replace_content.h"
#include "core/send_batch.h"
#include "core/steer_batch.h"
#include "dispatch/schedule.h"
#include "tests/support/memory_view.h"
#include "tests/support/people.h"

namespace carillon {
namespace {

SendRights const kRights{{"send"}, "to_users", "to_departments"};
constexpr BatchKey kFirst{TenantNo{1}, BatchNo{1}};

SendBatch to_users(std::vector<std::string> ids) {
  SendBatch out;
  out.tenant = TenantNo{1};
  out.app = AppNo{1};
  out.audience.user_ids = std::move(ids);
  out.content = {"text", R"({"text":"hello"})"};
  return out;
}

SendBatch to_department(std::string id) {
  auto out = to_users({});
  out.audience.department_ids = {std::move(id)};
  return out;
}

class BatchLife : public testing::Test {
 protected:
  Result<SendBatchAnswer> send(SendBatch const& command) {
    TRY(auto decided, send_batch(view, command, kRights));
    return view.take(std::move(decided));
  }
  bool step(BatchKey key) { return view.take(deliver_slice(view, key).value()).finished; }
  void send_all(BatchKey key) {
    while (!step(key)) {
    }
  }
  void recall(BatchKey key) { view.take(recall_batch(view, {key}).value()); }
  std::uint32_t read(UserNo user, BatchKey key) {
    return view.take(mark_read(view, {key.tenant, user, {key.batch}}).value()).newly_read;
  }
  BatchRecord const& record(BatchKey key) const { return view.batches.at(key); }
  UserNo user(std::string const& id) const {
    return *view.organisation()->directories[0]->find_user(id);
  }
  void expect_balanced(BatchKey key) const {
    auto const& at = record(key);
    EXPECT_EQ(at.valid, at.pending() + at.delivered + at.failed + at.excluded);
    EXPECT_LE(at.read, at.delivered);
    EXPECT_EQ(find_imbalance(at, *view.audiences.at(key), view.slices_of(key), view.readers(key)),
              std::vector<std::string>{});
  }
  void change_app(std::function<void(App&)> const& change) {
    auto registry = std::make_shared<AppRegistry>(*view.organisation()->apps);
    App app = *registry->find("cli_a");
    change(app);
    registry->put(app);
    auto next = std::make_shared<Organisation>(*view.organisation());
    next->apps = registry;
    view.set_organisation(next);
  }

  MemoryView view{
      make_organisation({"ann", "bob", {"cat", {DepartmentNo{3}}}}, {"cli_a", "cli_b"})};
};

TEST_F(BatchLife, AcceptedPeopleArePendingUntilTheirSliceIsCommitted) {
  ASSERT_TRUE(send(to_users({"ann", "bob", "nobody"})));
  EXPECT_EQ(record(kFirst).valid, 2u);
  EXPECT_EQ(record(kFirst).pending(), 2u);
  EXPECT_TRUE(step(kFirst));
  EXPECT_EQ(record(kFirst).delivered, 2u);
  EXPECT_EQ(record(kFirst).state, BatchState::sent);
  expect_balanced(kFirst);
}

TEST_F(BatchLife, ABatchForNobodyIsSentWithoutASlice) {
  auto const answer = send(to_users({"nobody"}));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->invalid.user_ids, std::vector<std::string>{"nobody"});
  EXPECT_TRUE(step(kFirst));
  EXPECT_EQ(record(kFirst).state, BatchState::sent);
  EXPECT_TRUE(view.slices.empty());
}

TEST_F(BatchLife, WhoLeftSinceAcceptanceCountsAsFailed) {
  ASSERT_TRUE(send(to_users({"ann", "bob"})));
  view.set_organisation(make_organisation({{"ann", {kRootDepartment}, false}, "bob", "cat"}));
  send_all(kFirst);
  EXPECT_EQ(record(kFirst).delivered, 1u);
  EXPECT_EQ(record(kFirst).failed, 1u);
  EXPECT_EQ(read(user("ann"), kFirst), 0u);
  expect_balanced(kFirst);
}

TEST_F(BatchLife, TheFirstReadCountsAndRepeatsChangeNothing) {
  ASSERT_TRUE(send(to_users({"ann"})));
  EXPECT_EQ(read(user("ann"), kFirst), 0u) << "not delivered yet";
  send_all(kFirst);
  EXPECT_EQ(read(user("ann"), kFirst), 1u);
  EXPECT_EQ(read(user("ann"), kFirst), 0u);
  EXPECT_EQ(read(user("bob"), kFirst), 0u) << "bob never had it";
  EXPECT_EQ(record(kFirst).read, 1u);
}

// The same content comes to ann once and then to her and bob: the second batch keeps her back.
class WithheldBatch : public BatchLife {
 protected:
  void SetUp() override {
    BatchLife::SetUp();
    command.content.hash = "one";
    command.flow[static_cast<std::size_t>(FlowRule::same_content)] = 1;
    ASSERT_TRUE(send(command));
    command.audience.user_ids = {"ann", "bob"};
    ASSERT_TRUE(send(command));
  }

  SendBatch command = to_users({"ann"});
  BatchKey const second{TenantNo{1}, BatchNo{2}};
};

TEST_F(WithheldBatch, LeavesThemOutAndTheBooksSayWhy) {
  EXPECT_EQ(record(second).valid, 2u);
  EXPECT_EQ(record(second).excluded, 1u);
  EXPECT_EQ(record(second).withheld[static_cast<std::size_t>(FlowRule::same_content)], 1u);
  send_all(second);
  EXPECT_EQ(record(second).delivered, 1u);
  expect_balanced(second);
  recall(second);
  EXPECT_EQ(record(second).recalled_before_delivery(), 0u);
  expect_balanced(second);

  command.flow = {};
  command.audience.user_ids = {"ann"};
  ASSERT_TRUE(send(command));
  EXPECT_EQ(record({TenantNo{1}, BatchNo{3}}).excluded, 0u) << "no limits, no rule";
}

TEST_F(WithheldBatch, RecalledExcludesOnlyThoseWhoWereStillToCome) {
  recall(second);
  EXPECT_EQ(record(second).recalled_before_delivery(), 1u);
  EXPECT_EQ(record(second).excluded, 2u);
  expect_balanced(second);
}

TEST_F(BatchLife, EverybodyIsWhomTheAppMayReach) {
  change_app([](App& app) { app.availability = {false, {DepartmentNo{3}}, {}}; });
  auto command = to_users({"ann"});
  command.audience.everybody = true;
  ASSERT_TRUE(send(command));
  EXPECT_EQ(record(kFirst).valid, 2u) << "ann was named, though she is out of reach";
  EXPECT_EQ(record(kFirst).unavailable, 1u);
  EXPECT_EQ(view.audiences.at(kFirst)->deliverable, UserSet{user("cat")});
}

TEST_F(BatchLife, DepartmentsAreNamedByNumberToo) {
  auto command = to_users({});
  command.audience.department_numbers = {1, 77};
  auto const answer = send(command);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->invalid.department_ids, std::vector<std::string>{"77"});
  EXPECT_EQ(record(kFirst).valid, 3u) << "1 is the root";
}

TEST_F(BatchLife, ScopesThatADialectDoesNotHaveAreNotAsked) {
  change_app([](App& app) {
    app.scopes.clear();
    app.bot = false;
  });
  EXPECT_EQ(send(to_users({"ann"})).error().code, Errc::bot_off);
  SendRights const none{{}, {}, {}, false};
  auto decided = send_batch(view, to_users({"ann"}), none);
  ASSERT_TRUE(decided);
  view.take(*std::move(decided));
  EXPECT_FALSE(record(kFirst).addressed_users) << "no scope of a later call depends on it";
}

TEST_F(BatchLife, TheContentCanBeReplacedUntilTheRecall) {
  ASSERT_TRUE(send(to_users({"ann"})));
  view.take(replace_content(view, {kFirst, R"({"text":"other"})"}).value());
  EXPECT_EQ(view.contents.at(kFirst).json, R"({"text":"other"})");
  recall(kFirst);
  EXPECT_EQ(replace_content(view, {kFirst, "{}"}).error().code, Errc::batch_state);
  EXPECT_EQ(replace_content(view, {{TenantNo{1}, BatchNo{9}}, "{}"}).error().code,
            Errc::batch_unknown);
}

TEST_F(BatchLife, LateReadIsStillCounted) {
  ASSERT_TRUE(send(to_users({"ann"})));
  send_all(kFirst);
  recall(kFirst);
  EXPECT_EQ(read(user("ann"), kFirst), 1u);
  send_all(kFirst);
  EXPECT_EQ(record(kFirst).recalled, 1u);
  expect_balanced(kFirst);
}

TEST_F(BatchLife, ARecallExcludesWhoDoesNotHaveItYet) {
  ASSERT_TRUE(send(to_users({"ann", "bob"})));
  recall(kFirst);
  EXPECT_EQ(record(kFirst).state, BatchState::recalled);
  EXPECT_EQ(record(kFirst).excluded, 2u);
  EXPECT_EQ(record(kFirst).pending(), 0u);
  EXPECT_TRUE(step(kFirst));
  EXPECT_TRUE(view.slices.empty());
  expect_balanced(kFirst);
}

TEST_F(BatchLife, RecallingTwiceChangesNothing) {
  ASSERT_TRUE(send(to_users({"ann"})));
  recall(kFirst);
  auto const before = record(kFirst);
  recall(kFirst);
  EXPECT_EQ(record(kFirst), before);
}

TEST_F(BatchLife, ARecallAfterItsWindowIsTooLate) {
  ASSERT_TRUE(send(to_users({"ann"})));
  view.clock.advance(std::chrono::hours(24) + std::chrono::seconds(1));
  auto const refused = recall_batch(view, {kFirst, std::chrono::hours(24)});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::recall_too_late);
}

TEST_F(BatchLife, TheSameKeyAndBodyGetTheSameAnswer) {
  auto command = to_users({"ann", "nobody"});
  command.idempotency_key = "k";
  command.body_hash = "h";
  auto const first = send(command);
  auto const again = send(command);
  ASSERT_TRUE(first && again);
  EXPECT_EQ(first->key, again->key);
  EXPECT_EQ(first->invalid, again->invalid);
  EXPECT_EQ(view.batches.size(), 1u);
  command.body_hash = "other";
  auto const reused = send(command);
  ASSERT_FALSE(reused);
  EXPECT_EQ(reused.error().code, Errc::key_reused);
}

TEST_F(BatchLife, AKeyBelongsToItsApp) {
  auto command = to_users({"ann"});
  command.idempotency_key = "k";
  ASSERT_TRUE(send(command));
  command.app = AppNo{2};
  auto const other = send(command);
  ASSERT_TRUE(other);
  EXPECT_EQ(other->key.batch, BatchNo{2});
}

TEST_F(BatchLife, QuotaRefusesABatchWhole) {
  auto command = to_users({"ann", "bob"});
  command.daily_recipients = 3;
  ASSERT_TRUE(send(command));
  auto const refused = send(command);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::quota_exhausted);
  command.audience.user_ids = {"cat"};
  EXPECT_TRUE(send(command)) << "the third recipient still fits";
}

TEST_F(BatchLife, RecallGivesNoQuotaBack) {
  auto command = to_users({"ann"});
  command.daily_recipients = 1;
  ASSERT_TRUE(send(command));
  recall(kFirst);
  EXPECT_FALSE(send(command));
}

TEST_F(BatchLife, EachRightIsAskedForItsOwnKindOfTarget) {
  auto const code = [&](SendBatch const& command) {
    auto const result = send_batch(view, command, kRights);
    return result ? std::optional<Errc>{} : std::optional(result.error().code);
  };
  change_app([](App& app) { app.scopes = {"send", "to_users"}; });
  EXPECT_EQ(code(to_users({"ann"})), std::nullopt);
  EXPECT_EQ(code(to_department("eng")), Errc::department_scope_missing);
  change_app([](App& app) { app.scopes = {"send", "to_departments"}; });
  EXPECT_EQ(code(to_users({"ann"})), Errc::user_scope_missing);
  change_app([](App& app) { app.scopes = {"to_users"}; });
  EXPECT_EQ(code(to_users({"ann"})), Errc::send_scope_missing);
  change_app([](App& app) { app.bot = false; });
  EXPECT_EQ(code(to_users({"ann"})), Errc::bot_off);
  change_app([](App& app) { app.enabled = false; });
  EXPECT_EQ(code(to_users({"ann"})), Errc::app_disabled);
  change_app([](App& app) { app.deleted = true; });
  EXPECT_EQ(code(to_users({"ann"})), Errc::app_deleted);
}

TEST_F(BatchLife, UnknownImagesAndChatsAndForbiddenMentionsAreRefused) {
  auto image = to_users({"ann"});
  image.image_keys = {"img_x"};
  EXPECT_EQ(send(image).error().code, Errc::image_unknown);
  auto chat = to_users({"ann"});
  chat.chat_id = "oc_x";
  EXPECT_EQ(send(chat).error().code, Errc::chat_unknown);
}

TEST_F(BatchLife, ALowDiskRefusesNewBatchesOnly) {
  ASSERT_TRUE(send(to_users({"ann"})));
  view.disk_is_low = true;
  EXPECT_EQ(send(to_users({"ann"})).error().code, Errc::low_disk);
  send_all(kFirst);
  EXPECT_EQ(read(user("ann"), kFirst), 1u);
}

std::shared_ptr<Organisation const> many_people(std::uint32_t n) {
  std::vector<TestUser> users;
  users.reserve(n);
  for (std::uint32_t i = 0; i < n; ++i)
    users.emplace_back("u" + std::to_string(i), std::vector{kRootDepartment});
  return make_organisation(users);
}

// Large audiences move block by block.
class LargeBatchLife : public BatchLife {
 protected:
  LargeBatchLife() { view.set_organisation(many_people(140'000)); }
  // Everybody, three blocks of 65,536 numbers.
  void accept_all() {
    NewBatch fresh;
    fresh.record.key = kFirst;
    fresh.record.app = AppNo{1};
    fresh.audience.deliverable = view.organisation()->directories[0]->active();
    fresh.record.valid = static_cast<std::uint32_t>(fresh.audience.deliverable.size());
    Change change;
    change.new_batches.emplace(kFirst, std::move(fresh));
    view.apply(change);
  }
};

TEST_F(LargeBatchLife, EachStepIsOneBlockAndTheBooksBalanceAfterEach) {
  accept_all();
  int steps = 0;
  for (bool done = false; !done; ++steps) {
    done = step(kFirst);
    expect_balanced(kFirst);
  }
  EXPECT_EQ(steps, 3);
  EXPECT_EQ(record(kFirst).delivered, 140'000u);
}

TEST_F(LargeBatchLife, ARecallInTheMiddleStopsSendingAndThenCounts) {
  accept_all();
  step(kFirst);
  recall(kFirst);
  auto const delivered = record(kFirst).delivered;
  EXPECT_LT(delivered, 140'000u);
  EXPECT_EQ(record(kFirst).recalled, 0u);
  std::uint32_t last = 0;
  for (bool done = false; !done;) {
    done = step(kFirst);
    EXPECT_GE(record(kFirst).recalled, last);
    last = record(kFirst).recalled;
    expect_balanced(kFirst);
  }
  EXPECT_EQ(record(kFirst).state, BatchState::recalled);
  EXPECT_EQ(record(kFirst).recalled, delivered);
  EXPECT_EQ(view.slices_of(kFirst).size(), 1u);
}

TEST_F(LargeBatchLife, AReadInABlockNotYetSentDoesNotCount) {
  accept_all();
  step(kFirst);
  EXPECT_EQ(read(user("u139999"), kFirst), 0u);
  EXPECT_EQ(read(user("u0"), kFirst), 1u);
}

// I2-I5 under random orders of everything, seeded: what one seed shows, it always shows.
class BatchSimulation : public testing::TestWithParam<unsigned> {};

TEST_P(BatchSimulation, BooksBalanceAndCountsNeverFallInAnyOrder) {
  std::mt19937 random(GetParam());
  auto const pick = [&](std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
  };
  std::vector<std::string> ids;
  for (int i = 0; i < 30; ++i) ids.push_back("u" + std::to_string(i));
  MemoryView view(make_organisation({ids.begin(), ids.end()}, {"cli_a", "cli_b", "cli_c"}));
  Schedule schedule;
  std::vector<BatchKey> keys;
  std::map<BatchKey, BatchRecord> seen;
  auto const check = [&](BatchKey const& key) {
    auto const& now = view.batches.at(key);
    auto const& before = seen[key];
    EXPECT_EQ(now.valid, now.pending() + now.delivered + now.failed + now.excluded);
    EXPECT_GE(now.delivered, before.delivered);
    EXPECT_GE(now.read, before.read);
    EXPECT_GE(now.recalled, before.recalled);
    EXPECT_GE(now.excluded, before.excluded);
    EXPECT_EQ(find_imbalance(now, *view.audiences.at(key), view.slices_of(key), view.readers(key)),
              std::vector<std::string>{});
    seen[key] = now;
    schedule.update(now);
  };
  for (int turn = 0; turn < 400; ++turn) {
    view.clock.advance(std::chrono::milliseconds(1));
    while (auto const key = schedule.due(view.now())) {
      view.take(join_queue(view, *key).value());
      check(*key);
    }
    auto const what = pick(13);
    if (what < 2 || keys.empty()) {
      SendBatch command = to_users({});
      command.app = AppNo{static_cast<std::uint32_t>(1 + pick(3))};
      for (std::size_t n = 1 + pick(6); n > 0; --n) {
        command.audience.user_ids.push_back(ids[pick(ids.size())]);
      }
      if (pick(2) == 0) {
        command.flow = {1, 5, 0, 4, 0, 0, 0};
        command.content.hash = std::string(32, static_cast<char>('a' + pick(5)));
      }
      if (pick(3) == 0) command.send_at = view.now() + std::chrono::milliseconds(pick(40));
      if (!keys.empty() && pick(6) == 0) {
        auto const& reminded = view.batches.at(keys[pick(keys.size())]);
        if (reminded.app == command.app && !reminded.recall_requested()) {
          command.audience = {};
          command.reminds = reminded.key.batch;
        }
      }
      keys.push_back(view.take(send_batch(view, command, kRights).value()).key);
      check(keys.back());
    } else if (what < 6) {
      if (auto const key = schedule.next()) {
        view.take(deliver_slice(view, *key).value());
        check(*key);
      }
    } else if (what < 7) {
      auto const key = keys[pick(keys.size())];
      view.take(recall_batch(view, {key}).value());
      check(key);
    } else if (what >= 10) {
      auto const key = keys[pick(keys.size())];
      auto decided = what == 10   ? pause_batch(view, key)
                     : what == 11 ? resume_batch(view, {key})
                                  : cancel_batch(view, key);
      if (decided) view.take(*std::move(decided));
      check(key);
    } else {
      auto const key = keys[pick(keys.size())];
      UserNo const user = *view.organisation()->directories[0]->find_user(ids[pick(ids.size())]);
      view.take(mark_read(view, {key.tenant, user, {key.batch}}).value());
      check(key);
    }
  }
  // I3: each app's slices are in the order in which its batches joined its queue.
  std::map<AppNo, std::uint64_t> last;
  for (auto const& slice : view.slices) {
    auto const& record = view.batches.at(slice.batch);
    EXPECT_GE(record.queue_no, last[record.app]);
    last[record.app] = record.queue_no;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, BatchSimulation, testing::Range(1u, 41u));

}  // namespace
}  // namespace carillon
