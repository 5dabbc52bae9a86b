// The engine over the real embedded store: groups, publishing, failures, restarts.

#include "engine/engine.h"

#include <atomic>
#include <future>
#include <thread>

#include <gtest/gtest.h>

#include "batch/books.h"
#include "core/mark_read.h"
#include "core/recall_batch.h"
#include "core/send_batch.h"
#include "core/steer_batch.h"
#include "inbox/inbox.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/people.h"
#include "tests/support/temporary_folder.h"

namespace carillon {
namespace {

SendRights const kRights{{"send"}, "to_users", "to_departments"};

DirectoryRows rows_of(Organisation const& organisation) {
  DirectoryRows out;
  for (auto const& directory : organisation.directories) {
    auto const tenant = directory->tenant().no;
    out.tenants.push_back(directory->tenant());
    for (std::uint32_t no = 1; no < directory->departments_end(); ++no) {
      if (directory->has_department(DepartmentNo{no})) {
        out.departments.emplace_back(tenant, directory->department(DepartmentNo{no}));
      }
    }
    for (std::uint64_t no = 0; no < directory->users_end(); ++no) {
      UserNo const user{static_cast<std::uint32_t>(no)};
      if (directory->has_user(user)) out.users.emplace_back(tenant, directory->user(user));
    }
  }
  out.apps = organisation.apps->apps();
  out.developers = organisation.apps->developers();
  out.installations = organisation.apps->installations();
  return out;
}

// Lets commits fail on demand; everything else is the real store.
class FailingLedger final : public Ledger {
 public:
  explicit FailingLedger(std::unique_ptr<Ledger> inner) : inner_(std::move(inner)) {}
  std::atomic<int> failures{0};
  // The next commit is written or not, and which of it is known only once nothing is out of reach.
  enum class Doubt : std::uint8_t { none, written, not_written };
  std::atomic<Doubt> doubt{Doubt::none};
  std::atomic<bool> out_of_reach{false};
  std::atomic<int> asked{0};

  Result<CommitOutcome> commit(Change const& change) override {
    if (failures > 0) {
      --failures;
      return fail(Errc::unavailable, "the test refuses this commit");
    }
    if (doubt == Doubt::none) return inner_->commit(change);
    if (doubt == Doubt::written) {
      EXPECT_EQ(*inner_->commit(change), CommitOutcome::committed);
    }
    return CommitOutcome::unknown;
  }
  Result<bool> settle() override {
    ++asked;
    if (out_of_reach) return fail(Errc::unavailable, "the store is out of reach");
    return doubt.exchange(Doubt::none) == Doubt::written;
  }
  Result<StoreIdentity> identity() override { return inner_->identity(); }
  Result<Relocation> relocation() override { return inner_->relocation(); }
  Result<std::unique_ptr<LedgerExport>> open_export() override { return inner_->open_export(); }
  Result<void> set_identity(StoreIdentity const& identity) override {
    return inner_->set_identity(identity);
  }
  Result<StoredState> load_state(Time now) override { return inner_->load_state(now); }
  Result<void> load_directory(std::function<Result<void>(DirectoryRows&&)> const& take) override {
    return inner_->load_directory(take);
  }
  Result<Purged> purge_some(TenantNo tenant, Time batches_before, Time others_before,
                            std::size_t rows) override {
    return inner_->purge_some(tenant, batches_before, others_before, rows);
  }
  Result<bool> purge_log(Time tokens_before, Time audit_before, std::size_t rows) override {
    return inner_->purge_log(tokens_before, audit_before, rows);
  }
  Result<std::vector<BlobId>> blobs_in_use() override { return inner_->blobs_in_use(); }
  Result<std::unique_ptr<Reader>> open_reader() override { return inner_->open_reader(); }

 private:
  std::unique_ptr<Ledger> inner_;
};

class EngineTest : public testing::Test {
 protected:
  EngineTest() {
    organisation = make_organisation({"ann", "bob", "cat"}, {"cli_a", "cli_b"});
    open();
    Change change;
    change.directory = rows_of(*organisation);
    EXPECT_TRUE(ledger->commit(change));
    start();
  }
  ~EngineTest() override { engine.reset(); }

  void open() {
    ledger = std::make_unique<FailingLedger>(open_sqlite({.folder = folder.path()}).value());
  }
  void start() {
    engine = std::make_unique<Engine>(*ledger, clock, key, 0, organisation,
                                      ledger->load_state(clock.now()).value(), Engine::Options{});
    ASSERT_TRUE(engine->start());
  }
  void restart() {
    engine.reset();
    ledger.reset();
    open();
    start();
  }

  template <class Answer>
  Result<Answer> write(std::function<Result<Decided<Answer>>(View&)> decide) {
    std::promise<Result<Answer>> done;
    auto waiting = done.get_future();
    engine->write<Answer>(std::move(decide),
                          [&](Result<Answer> result) { done.set_value(std::move(result)); });
    return waiting.get();
  }
  Result<SendBatchAnswer> send(std::vector<std::string> ids, std::string idempotency_key = {}) {
    SendBatch command;
    command.tenant = TenantNo{1};
    command.app = AppNo{1};
    command.audience.user_ids = std::move(ids);
    command.content = {"text", R"({"text":"hello"})"};
    command.idempotency_key = std::move(idempotency_key);
    return write<SendBatchAnswer>([=](View& view) { return send_batch(view, command, kRights); });
  }
  BatchRecord wait_for(BatchKey batch, BatchState state) {
    for (;;) {
      auto const record = engine->find_batch(batch);
      if (record && record->state == state) return *record;
      std::this_thread::yield();
    }
  }
  template <class T>
  T read(std::function<T(Reader&)> job) {
    std::promise<T> done;
    auto waiting = done.get_future();
    EXPECT_TRUE(engine->read([&](Reader& reader) { done.set_value(job(reader)); }));
    return waiting.get();
  }
  InboxPage inbox(char const* id, std::size_t limit = 20) {
    auto const user = *organisation->directories[0]->find_user(id);
    return read<InboxPage>([&](Reader& reader) {
      return read_inbox(reader, reader, logs,
                        [&](BatchKey const& batch) { return engine->find_batch(batch); },
                        {TenantNo{1}, user, Seq{}, limit})
          .value();
    });
  }

  TemporaryFolder folder;
  SystemClock clock;
  Key key{1};
  std::shared_ptr<Organisation const> organisation;
  std::unique_ptr<FailingLedger> ledger;
  std::unique_ptr<Engine> engine;
  BlockLogs logs{1 << 20};
};

TEST_F(EngineTest, UnreadCountsWhatIsBeyondThePageWhoeverElseHasReadIt) {
  auto const sent = [&](std::vector<std::string> ids) {
    auto const batch = send(std::move(ids))->key;
    wait_for(batch, BatchState::sent);
    return batch;
  };
  auto const read_by_all = sent({"ann", "bob"});
  auto const read_by_bob = sent({"ann", "bob"});
  auto const read_by_nobody = sent({"ann", "bob"});
  auto const mark = [&](char const* id, BatchKey batch) {
    MarkRead const command{
        TenantNo{1}, *organisation->directories[0]->find_user(id), {batch.batch}};
    auto const marked = write<MarkReadAnswer>([=](View& view) { return mark_read(view, command); });
    EXPECT_EQ(marked.value().newly_read, 1u);
  };
  mark("bob", read_by_all);
  mark("ann", read_by_all);
  mark("bob", read_by_bob);

  for (std::size_t const shown : {0u, 1u, 2u, 3u}) {
    EXPECT_EQ(inbox("ann", shown).unread, 2u) << shown;
    EXPECT_EQ(inbox("bob", shown).unread, 1u) << shown;
    EXPECT_EQ(inbox("ann", shown).messages.size(), shown);
  }
  auto const page = inbox("ann").messages;  // newest first
  EXPECT_EQ(page.at(0).record.key, read_by_nobody);
  EXPECT_EQ(page.at(0).read_at, Time{});
  EXPECT_EQ(page.at(1).read_at, Time{});
  EXPECT_NE(page.at(2).read_at, Time{});
}

TEST_F(EngineTest, OfManySendsAtOnceAPersonGetsTheSameContentOnce) {
  SendBatch command;
  command.tenant = TenantNo{1};
  command.app = AppNo{1};
  command.audience.user_ids = {"ann", "bob"};
  command.content = {"text", R"({"text":"hello"})", "one"};
  command.flow[static_cast<std::size_t>(FlowRule::same_content)] = 1;
  auto const send_once = [&] {
    return write<SendBatchAnswer>([=](View& view) { return send_batch(view, command, kRights); });
  };
  std::vector<std::thread> senders;
  std::atomic<int> accepted{0};
  for (int i = 0; i < 8; ++i) {
    senders.emplace_back([&] {
      for (int n = 0; n < 25; ++n) accepted += send_once() ? 1 : 0;
    });
  }
  for (auto& sender : senders) sender.join();
  EXPECT_EQ(accepted, 200) << "the calls succeed all the same";
  auto const count = [&](std::uint64_t batches) {
    std::uint32_t delivered = 0;
    for (std::uint64_t no = 1; no <= batches; ++no) {
      auto const record = wait_for({TenantNo{1}, BatchNo{no}}, BatchState::sent);
      EXPECT_EQ(record.delivered + record.excluded, 2u);
      delivered += record.delivered;
    }
    return delivered;
  };
  EXPECT_EQ(count(200), 2u);

  // A refused commit counts nothing.
  command.content.hash = "two";
  ledger->failures = 1;
  EXPECT_FALSE(send_once());
  ASSERT_TRUE(send_once());
  EXPECT_EQ(count(201), 4u) << "another content";

  restart();
  ASSERT_TRUE(send_once());
  EXPECT_EQ(count(202), 4u) << "a restart remembers the day";
}

TEST_F(EngineTest, ASentBatchIsInTheInboxesOfItsPeopleAndOfNobodyElse) {
  auto const answer = send({"ann", "bob"});
  ASSERT_TRUE(answer);
  wait_for(answer->key, BatchState::sent);
  EXPECT_EQ(inbox("ann").messages.size(), 1u);
  EXPECT_EQ(inbox("ann").unread, 1u);
  EXPECT_EQ(inbox("cat").messages.size(), 0u);
}

TEST_F(EngineTest, I1_WhatWasAnsweredIsThereAfterARestart) {
  auto const answer = send({"ann"}, "k");
  ASSERT_TRUE(answer);
  wait_for(answer->key, BatchState::sent);
  restart();
  EXPECT_EQ(engine->find_batch(answer->key)->delivered, 1u);
  auto const again = send({"ann"}, "k");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->key, answer->key);
  EXPECT_EQ(inbox("ann").messages.size(), 1u);
}

TEST_F(EngineTest, I6_ARecalledBatchIsInNoInbox) {
  auto const answer = send({"ann"});
  wait_for(answer->key, BatchState::sent);
  ASSERT_TRUE(write<Nothing>([&](View& view) { return recall_batch(view, {answer->key}); }));
  EXPECT_TRUE(inbox("ann").messages.empty());
  EXPECT_EQ(inbox("ann").unread, 0u);
  EXPECT_EQ(wait_for(answer->key, BatchState::recalled).recalled, 1u);
}

TEST_F(EngineTest, AFailedCommitAnswersWithAnErrorAndLeavesNothing) {
  ledger->failures = 1;
  auto const refused = send({"ann"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::unavailable);
  EXPECT_FALSE(engine->find_batch({TenantNo{1}, BatchNo{1}}));
  auto const answer = send({"ann"});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->key.batch, BatchNo{1}) << "the number was not used up";
  wait_for(answer->key, BatchState::sent);
  EXPECT_EQ(inbox("ann").messages.size(), 1u);
}

TEST_F(EngineTest, AGroupIsToldWhatBecameOfItOnceThatIsKnownAndOthersAreRefusedUntilThen) {
  for (auto const doubt : {FailingLedger::Doubt::written, FailingLedger::Doubt::not_written}) {
    bool const written = doubt == FailingLedger::Doubt::written;
    ledger->out_of_reach = true;
    ledger->doubt = doubt;
    ledger->asked = 0;
    auto waiting = std::async(std::launch::async, [&] { return send({"ann"}); });
    while (ledger->asked == 0) std::this_thread::yield();
    auto const meanwhile = send({"bob"});
    ASSERT_FALSE(meanwhile);
    EXPECT_EQ(meanwhile.error().code, Errc::unavailable);
    EXPECT_EQ(waiting.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
    ledger->out_of_reach = false;
    auto const answer = waiting.get();
    EXPECT_EQ(answer.has_value(), written);
    EXPECT_EQ(engine->stats().batches_in_memory, 1u) << "the one that was written";
  }
  EXPECT_TRUE(send({"cat"}));
}

TEST_F(EngineTest, ADecisionThatThrowsAnswersAndHarmsNobodyElse) {
  auto const thrown =
      write<Nothing>([](View&) -> Result<Decided<Nothing>> { throw std::runtime_error("broken"); });
  ASSERT_FALSE(thrown);
  EXPECT_EQ(thrown.error().code, Errc::internal);
  EXPECT_TRUE(send({"ann"}));
}

// Time is the test's: what is due is due by the clock that the engine was given.
class TimedEngine : public EngineTest {
 protected:
  TimedEngine() { start_at_test_time(); }
  ~TimedEngine() override { engine.reset(); }
  void start_at_test_time() {
    engine = std::make_unique<Engine>(*ledger, manual, key, 0, organisation,
                                      ledger->load_state(manual.now()).value(), Engine::Options{});
    ASSERT_TRUE(engine->start());
  }
  BatchKey schedule(std::chrono::hours after) {
    SendBatch command;
    command.tenant = TenantNo{1};
    command.app = AppNo{1};
    command.audience.user_ids = {"ann", "bob"};
    command.content = {"text", R"({"text":"later"})"};
    command.send_at = manual.now() + after;
    return write<SendBatchAnswer>([=](View& view) { return send_batch(view, command, kRights); })
        ->key;
  }
  void steer(std::function<Result<Decided<Nothing>>(View&)> decide) {
    EXPECT_TRUE(write<Nothing>(std::move(decide)));
  }
  ManualClock manual;
};

TEST_F(TimedEngine, AScheduledBatchIsSentAtItsTimeAlsoAfterARestart) {
  auto const batch = schedule(std::chrono::hours(2));
  auto const sooner = schedule(std::chrono::hours(1));
  EXPECT_EQ(engine->unfinished().size(), 2u);
  manual.advance(std::chrono::hours(1));
  wait_for(sooner, BatchState::sent);
  EXPECT_EQ(engine->find_batch(batch)->state, BatchState::scheduled);
  engine.reset();
  ledger.reset();
  open();
  start_at_test_time();
  EXPECT_EQ(engine->find_batch(batch)->state, BatchState::scheduled);
  EXPECT_EQ(engine->find_batch(batch)->send_at, manual.now() + std::chrono::hours(1));
  manual.advance(std::chrono::hours(1));
  EXPECT_EQ(wait_for(batch, BatchState::sent).delivered, 2u);
  EXPECT_TRUE(engine->unfinished().empty());
}

TEST_F(TimedEngine, AFailedCommitLeavesAScheduledBatchDue) {
  auto const batch = schedule(std::chrono::hours(1));
  ledger->failures = 2;
  manual.advance(std::chrono::hours(1));
  EXPECT_EQ(wait_for(batch, BatchState::sent).delivered, 2u);
}

TEST_F(TimedEngine, HeldAndCanceledBatchesStayAsTheyAreAfterARestart) {
  auto const held = schedule(std::chrono::hours(1));
  auto const canceled = schedule(std::chrono::hours(1));
  steer([&](View& view) { return pause_batch(view, held); });
  steer([&](View& view) { return cancel_batch(view, canceled); });
  engine.reset();
  ledger.reset();
  open();
  start_at_test_time();
  manual.advance(std::chrono::hours(2));
  auto const later = schedule(std::chrono::hours(0));
  wait_for(later, BatchState::sent);
  EXPECT_EQ(engine->find_batch(held)->state, BatchState::paused);
  auto const record = *engine->find_batch(canceled);
  EXPECT_EQ(record.canceled_before_delivery(), 2u);
  EXPECT_EQ(record.canceled_at, manual.now() - std::chrono::hours(2));
  steer([&](View& view) { return resume_batch(view, {held}); });
  EXPECT_EQ(wait_for(held, BatchState::sent).delivered, 2u);
}

TEST_F(TimedEngine, AReminderFindsTheUnreadOnDiskAndInItsOwnGroup) {
  auto const batch = schedule(std::chrono::hours(0));
  wait_for(batch, BatchState::sent);
  auto const ann = *organisation->directories[0]->find_user("ann");
  MarkRead const command{TenantNo{1}, ann, {batch.batch}};
  EXPECT_EQ(write<MarkReadAnswer>([&](View& view) { return mark_read(view, command); })->newly_read,
            1u);
  SendBatch reminder;
  reminder.tenant = TenantNo{1};
  reminder.app = AppNo{1};
  reminder.content = {"text", R"({"text":"again"})"};
  reminder.reminds = batch.batch;
  auto const sent =
      write<SendBatchAnswer>([=](View& view) { return send_batch(view, reminder, kRights); });
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->valid, 1u);
  auto const record = wait_for(sent->key, BatchState::sent);
  EXPECT_EQ(record.reminds, batch.batch);
  EXPECT_EQ(inbox("bob").messages.size(), 2u);
  EXPECT_EQ(inbox("ann").messages.size(), 1u);
}

TEST_F(EngineTest, ReadsCountOncePerPerson) {
  auto const answer = send({"ann", "bob"});
  wait_for(answer->key, BatchState::sent);
  auto const ann = *organisation->directories[0]->find_user("ann");
  MarkRead const command{TenantNo{1}, ann, {answer->key.batch}};
  auto const mark = [&] {
    return write<MarkReadAnswer>([&](View& view) { return mark_read(view, command); })->newly_read;
  };
  EXPECT_EQ(mark(), 1u);
  EXPECT_EQ(mark(), 0u);
  EXPECT_EQ(engine->find_batch(answer->key)->read, 1u);
  EXPECT_EQ(inbox("ann").unread, 0u);
  EXPECT_NE(inbox("ann").messages[0].read_at, Time{});
}

TEST_F(EngineTest, ManyCallersAtOnceGetOneBatchEachAndTheBooksBalance) {
  constexpr int kThreads = 4;
  constexpr int kCalls = 100;
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kCalls; ++i) good += send({"ann", "cat"}) ? 1 : 0;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, kThreads * kCalls);
  for (std::uint64_t no = 1; no <= kThreads * kCalls; ++no) {
    BatchKey const batch{TenantNo{1}, BatchNo{no}};
    wait_for(batch, BatchState::sent);
    auto const problems = read<std::vector<std::string>>(
        [&](Reader& reader) { return recount(reader, batch).value(); });
    EXPECT_EQ(problems, std::vector<std::string>{});
  }
  EXPECT_EQ(inbox("ann").unread, kThreads * kCalls);
}

TEST_F(EngineTest, StopFinishesWhatWasQueued) {
  std::atomic<int> answered{0};
  for (int i = 0; i < 50; ++i) {
    SendBatch command;
    command.tenant = TenantNo{1};
    command.app = AppNo{1};
    command.audience.user_ids = {"ann"};
    engine->write<SendBatchAnswer>(
        [command](View& view) { return send_batch(view, command, kRights); },
        [&](Result<SendBatchAnswer> result) { answered += result ? 1 : 0; });
  }
  engine->stop();
  EXPECT_EQ(answered, 50);
}

}  // namespace
}  // namespace carillon
