// Scheduled, held, canceled, and sent again to whoever did not read: as pure decisions.

#include "core/steer_batch.h"

#include <gtest/gtest.h>

#include "batch/books.h"
#include "core/deliver_slice.h"
#include "core/mark_read.h"
#include "core/send_batch.h"
#include "core/start_copy.h"
#include "dispatch/schedule.h"
#include "tests/support/memory_view.h"
#include "tests/support/people.h"

namespace carillon {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

SendRights const kRights{{"send"}, "to_users", "to_departments"};
constexpr BatchKey kFirst{TenantNo{1}, BatchNo{1}};
constexpr BatchKey kSecond{TenantNo{1}, BatchNo{2}};

class SteerBatch : public testing::Test {
 protected:
  SendBatch to(std::vector<std::string> ids) const {
    SendBatch out;
    out.tenant = TenantNo{1};
    out.app = AppNo{1};
    out.audience.user_ids = std::move(ids);
    out.content = {"text", R"({"text":"hello"})"};
    return out;
  }
  SendBatch at(Time when) const {
    auto out = to({"ann", "bob"});
    out.send_at = when;
    return out;
  }
  Result<SendBatchAnswer> send(SendBatch const& command) {
    TRY(auto decided, send_batch(view, command, kRights));
    return view.take(std::move(decided));
  }
  Errc refusal(Result<Decided<Nothing>> decided) {
    if (!decided) return decided.error().code;
    view.take(*std::move(decided));
    return Errc::internal;
  }
  void take(Result<Decided<Nothing>> decided) {
    ASSERT_TRUE(decided) << decided.error().detail;
    view.take(*std::move(decided));
  }
  void send_all(BatchKey key) {
    while (!view.take(deliver_slice(view, key).value()).finished) {
    }
  }
  void read(std::string const& id, BatchKey key) {
    auto const user = *view.organisation()->directories[0]->find_user(id);
    view.take(mark_read(view, {key.tenant, user, {key.batch}}).value());
  }
  BatchRecord const& record(BatchKey key) const { return view.batches.at(key); }
  void expect_balanced(BatchKey key) const {
    auto const& now = record(key);
    EXPECT_EQ(now.valid, now.pending() + now.delivered + now.failed + now.excluded);
    EXPECT_EQ(find_imbalance(now, *view.audiences.at(key), view.slices_of(key), view.readers(key)),
              std::vector<std::string>{});
  }

  MemoryView view{
      make_organisation({"ann", "bob", {"cat", {DepartmentNo{3}}}}, {"cli_a", "cli_b"})};
};

TEST_F(SteerBatch, AScheduledBatchJoinsItsQueueAtItsTimeAndNotBefore) {
  auto const when = view.now() + hours(1);
  ASSERT_TRUE(send(at(when)));
  EXPECT_EQ(record(kFirst).state, BatchState::scheduled);
  EXPECT_EQ(record(kFirst).queue_no, 0u) << "it is in no queue yet";
  ASSERT_TRUE(send(to({"ann"})));
  take(join_queue(view, kFirst));
  EXPECT_EQ(record(kFirst).state, BatchState::scheduled);
  send_all(kFirst);
  EXPECT_TRUE(view.slices.empty());

  view.clock.advance(hours(1));
  take(join_queue(view, kFirst));
  EXPECT_EQ(record(kFirst).state, BatchState::accepted);
  EXPECT_GT(record(kFirst).queue_no, record(kSecond).queue_no);
  send_all(kFirst);
  EXPECT_EQ(record(kFirst).delivered, 2u);
  expect_balanced(kFirst);
}

TEST_F(SteerBatch, ATimeThatIsOverMeansAtOnce) {
  ASSERT_TRUE(send(at(view.now())));
  EXPECT_EQ(record(kFirst).state, BatchState::accepted);
  EXPECT_EQ(record(kFirst).send_at, Time{});
}

TEST_F(SteerBatch, WindowsCountFromTheTimeAtWhichItWasToBeSent) {
  ASSERT_TRUE(send(at(view.now() + hours(100))));
  view.clock.advance(hours(110));
  take(join_queue(view, kFirst));
  send_all(kFirst);
  take(recall_batch(view, {kFirst, hours(24)}));
  EXPECT_TRUE(record(kFirst).recall_requested());
}

TEST_F(SteerBatch, APausedBatchIsSentToNobodyAndJoinsAgainAtTheEnd) {
  ASSERT_TRUE(send(to({"ann", "bob"})));
  ASSERT_TRUE(send(to({"ann"})));
  take(pause_batch(view, kFirst));
  auto const paused = record(kFirst);
  take(pause_batch(view, kFirst));
  EXPECT_EQ(record(kFirst), paused) << "repeating it changes nothing";
  send_all(kFirst);
  EXPECT_EQ(record(kFirst).pending(), 2u);
  take(resume_batch(view, {kFirst}));
  EXPECT_EQ(record(kFirst).state, BatchState::accepted);
  EXPECT_GT(record(kFirst).queue_no, record(kSecond).queue_no);
  send_all(kFirst);
  EXPECT_EQ(record(kFirst).delivered, 2u);
  expect_balanced(kFirst);
  EXPECT_EQ(refusal(pause_batch(view, kFirst)), Errc::batch_state);
  EXPECT_EQ(refusal(resume_batch(view, {kFirst})), Errc::batch_state);
  EXPECT_EQ(refusal(pause_batch(view, {TenantNo{1}, BatchNo{9}})), Errc::batch_unknown);
}

TEST_F(SteerBatch, AScheduledBatchThatWasHeldWaitsForItsTimeAgain) {
  ASSERT_TRUE(send(at(view.now() + hours(1))));
  take(pause_batch(view, kFirst));
  take(resume_batch(view, {kFirst}));
  EXPECT_EQ(record(kFirst).state, BatchState::scheduled);
  take(pause_batch(view, kFirst));
  view.clock.advance(hours(2));
  take(resume_batch(view, {kFirst}));
  EXPECT_EQ(record(kFirst).state, BatchState::accepted);
}

TEST_F(SteerBatch, OnlyTheOperatorResumesWhatAStartedCopyFoundUnfinished) {
  ASSERT_TRUE(send(to({"ann"})));
  take(pause_batch(view, kFirst));
  view.batches.at(kFirst).generation = 3;
  EXPECT_EQ(refusal(resume_batch(view, {kFirst, false})), Errc::forbidden);
  take(resume_batch(view, {kFirst, true}));
}

TEST_F(SteerBatch, ACopyHoldsScheduledBatchesToo) {
  ASSERT_TRUE(send(at(view.now() + hours(1))));
  StoredState state;
  state.batches.push_back(record(kFirst));
  view.apply(pause_unfinished(state));
  EXPECT_EQ(record(kFirst).state, BatchState::paused);
}

TEST_F(SteerBatch, ACancelExcludesTheRestForAReasonOfItsOwn) {
  ASSERT_TRUE(send(to({"ann", "bob"})));
  take(cancel_batch(view, kFirst));
  auto const canceled = record(kFirst);
  EXPECT_EQ(canceled.state, BatchState::canceled);
  EXPECT_EQ(canceled.canceled_before_delivery(), 2u);
  EXPECT_EQ(canceled.recalled_before_delivery(), 0u);
  EXPECT_TRUE(canceled.finished());
  expect_balanced(kFirst);
  take(cancel_batch(view, kFirst));
  EXPECT_EQ(record(kFirst), canceled) << "repeating it changes nothing";
  send_all(kFirst);
  EXPECT_TRUE(view.slices.empty());
  EXPECT_EQ(refusal(resume_batch(view, {kFirst})), Errc::batch_state);
  take(recall_batch(view, {kFirst}));
  EXPECT_EQ(record(kFirst).canceled_before_delivery(), 2u) << "the reason stays";
  expect_balanced(kFirst);
}

TEST_F(SteerBatch, WhatWasSentCannotBeCanceled) {
  ASSERT_TRUE(send(to({"ann"})));
  send_all(kFirst);
  EXPECT_EQ(refusal(cancel_batch(view, kFirst)), Errc::batch_state);
}

TEST_F(SteerBatch, AReminderGoesToWhoeverHasItAndDidNotReadIt) {
  ASSERT_TRUE(send(to({"ann", "bob"})));
  auto reminder = to({});
  reminder.reminds = kFirst.batch;
  ASSERT_TRUE(send(reminder));
  EXPECT_EQ(record(kSecond).valid, 0u) << "nobody has it yet";
  send_all(kFirst);
  read("ann", kFirst);
  ASSERT_TRUE(send(reminder));
  BatchKey const third{TenantNo{1}, BatchNo{3}};
  EXPECT_EQ(view.audiences.at(third)->deliverable,
            UserSet{*view.organisation()->directories[0]->find_user("bob")});
  EXPECT_EQ(record(third).reminds, kFirst.batch);
  expect_balanced(third);
}

TEST_F(SteerBatch, AReminderOfWhatWasRecalledOrIsAnothersIsRefused) {
  ASSERT_TRUE(send(to({"ann"})));
  auto reminder = to({});
  reminder.reminds = kFirst.batch;
  reminder.app = AppNo{2};
  EXPECT_EQ(send(reminder).error().code, Errc::batch_unknown);
  reminder.app = AppNo{1};
  take(recall_batch(view, {kFirst}));
  EXPECT_EQ(send(reminder).error().code, Errc::batch_state);
}

TEST_F(SteerBatch, AReminderSaysTheSameAgainOnPurpose) {
  auto command = to({"ann"});
  command.content.hash = std::string(32, 'h');
  command.flow[static_cast<std::size_t>(FlowRule::same_content)] = 1;
  command.flow[static_cast<std::size_t>(FlowRule::person_day)] = 2;
  ASSERT_TRUE(send(command));
  send_all(kFirst);
  command.audience = {};
  command.reminds = kFirst.batch;
  ASSERT_TRUE(send(command));
  EXPECT_EQ(record(kSecond).excluded, 0u);
  ASSERT_TRUE(send(command));
  EXPECT_EQ(record({TenantNo{1}, BatchNo{3}}).excluded, 1u) << "the other rules hold";
}

TEST_F(SteerBatch, APreviewDecidesWhatSendingWouldAndWritesNothing) {
  auto command = to({"ann", "nobody"});
  command.audience.department_ids = {"eng", "no such"};
  command.content.hash = std::string(32, 'h');
  command.flow[static_cast<std::size_t>(FlowRule::same_content)] = 1;
  auto const before = preview_batch(view, command, kRights);
  ASSERT_TRUE(before);
  EXPECT_TRUE(before->change.empty());
  EXPECT_EQ(before->answer.valid, before->answer.deliverable);
  EXPECT_EQ(before->answer.named, before->answer.valid) << "everybody is active";
  EXPECT_EQ(before->answer.invalid.user_ids, std::vector<std::string>{"nobody"});
  EXPECT_EQ(before->answer.invalid.department_ids, std::vector<std::string>{"no such"});
  auto const sent = send(command);
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->valid, before->answer.valid);
  EXPECT_EQ(sent->invalid, before->answer.invalid);

  auto const again = preview_batch(view, command, kRights);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->answer.deliverable, 0u);
  EXPECT_EQ(again->answer.withheld[static_cast<std::size_t>(FlowRule::same_content)],
            again->answer.valid);
  command.image_keys = {"img_x"};
  EXPECT_EQ(preview_batch(view, command, kRights).error().code, Errc::image_unknown);
}

TEST_F(SteerBatch, InactivePeopleAreNamedButNotValid) {
  view.set_organisation(make_organisation({{"ann", {kRootDepartment}, false}, "bob"}));
  auto const preview = preview_batch(view, to({"ann", "bob", "bob"}), kRights);
  ASSERT_TRUE(preview);
  EXPECT_EQ(preview->answer.named, 2u);
  EXPECT_EQ(preview->answer.valid, 1u);
  EXPECT_EQ(preview->answer.invalid.user_ids, std::vector<std::string>{"ann"});
}

}  // namespace
}  // namespace carillon
