// Two engines over one PostgreSQL store, as two servers have them.
#include <future>
#include <thread>

#include <gmock/gmock.h>

#include "batch/books.h"
#include "core/mark_read.h"
#include "core/recall_batch.h"
#include "core/send_batch.h"
#include "core/steer_batch.h"
#include "engine/engine.h"
#include "ledger/with_rows.h"
#include "store/postgres/postgres_store.h"
#include "tests/support/people.h"
#include "tests/support/postgres_cluster.h"

namespace carillon::testing {
namespace {

SendRights const kRights{{"send"}, "to_users", "to_departments"};
constexpr TenantNo kAcme{1};

DirectoryRows rows_of(Organisation const& organisation) {
  DirectoryRows out;
  auto const& directory = *organisation.directories[0];
  out.tenants.push_back(directory.tenant());
  for (std::uint32_t no = 1; no < directory.departments_end(); ++no) {
    if (directory.has_department(DepartmentNo{no})) {
      out.departments.emplace_back(kAcme, directory.department(DepartmentNo{no}));
    }
  }
  for (std::uint64_t no = 0; no < directory.users_end(); ++no) {
    UserNo const user{static_cast<std::uint32_t>(no)};
    if (directory.has_user(user)) out.users.emplace_back(kAcme, directory.user(user));
  }
  out.apps = organisation.apps->apps();
  out.developers = organisation.apps->developers();
  out.installations = organisation.apps->installations();
  return out;
}

// What a channel of one server is told.
class Listening final : public Channel {
 public:
  void committed(std::span<Slice const> slices, std::span<BatchRecord const> recalls) override {
    slices_ += slices.size();
    recalls_ += recalls.size();
  }
  std::atomic<std::size_t> slices_{0};
  std::atomic<std::size_t> recalls_{0};
};

// Asks, as the real one does, whether it is for this server to tell them.
struct Events final : EventSink {
  void happened(std::span<Event const> events) override {
    (engine->tells_events() ? told : heard) += events.size();
  }
  void followed(Change const& /*change*/) override {}
  Engine* engine = nullptr;
  std::atomic<std::size_t> told{0};
  std::atomic<std::size_t> heard{0};
};

class Node {
 public:
  explicit Node(std::string const& address) : ledger_(*open_postgres({.address = address})) {
    auto state = *ledger_->load_state(clock_.now());
    auto const all = std::make_shared<DirectoryRows>();
    EXPECT_TRUE(ledger_->load_directory([&](DirectoryRows&& rows) -> Result<void> {
      Change before;
      Change later;
      before.directory = std::move(*all);
      later.directory = std::move(rows);
      before.absorb(std::move(later));
      *all = std::move(before.directory);
      return {};
    }));
    engine_ = std::make_unique<Engine>(*ledger_, clock_, Key{1}, 0, *with_rows({}, *all),
                                       std::move(state), Engine::Options{});
    engine_->add_channel(&everybodys);
    engine_->add_channel(&own, Engine::Told::own);
    events.engine = engine_.get();
    engine_->set_event_sink(&events);
    EXPECT_TRUE(engine_->start());
  }

  Engine& engine() { return *engine_; }
  template <class Answer>
  Result<Answer> write(std::function<Result<Decided<Answer>>(View&)> decide) {
    std::promise<Result<Answer>> done;
    auto waiting = done.get_future();
    engine_->write<Answer>(std::move(decide),
                           [&](Result<Answer> result) { done.set_value(std::move(result)); });
    return waiting.get();
  }
  Result<SendBatchAnswer> send(std::vector<std::string> ids, std::uint64_t daily = 0) {
    SendBatch command;
    command.tenant = kAcme;
    command.app = AppNo{1};
    command.audience.user_ids = std::move(ids);
    command.content = {"text", R"({"text":"hello"})"};
    command.daily_recipients = daily;
    return write<SendBatchAnswer>([=](View& view) { return send_batch(view, command, kRights); });
  }
  // As before each call: memory holds what anybody has committed.
  void catch_up() {
    std::promise<Result<void>> done;
    auto waiting = done.get_future();
    engine_->catch_up([&](Result<void> answer) { done.set_value(std::move(answer)); });
    auto const answer = waiting.get();
    EXPECT_TRUE(answer) << answer.error().detail;
  }
  BatchRecord wait_for(BatchKey batch, BatchState state) {
    for (;;) {
      catch_up();
      auto const record = engine_->find_batch(batch);
      if (record && record->state == state) return *record;
    }
  }
  void stop() { engine_.reset(); }

  Events events;
  Listening everybodys;
  Listening own;

 private:
  SystemClock clock_;
  std::unique_ptr<Ledger> ledger_;
  std::unique_ptr<Engine> engine_;
};

class PostgresNodes : public ::testing::Test {
 protected:
  PostgresNodes() {
    auto const ledger = *open_postgres({.address = schema.address()});
    Change change;
    change.directory = rows_of(*make_organisation({"ann", "bob", "cat"}, {"cli_a", "cli_b"}));
    EXPECT_TRUE(ledger->commit(change));
  }
  PostgresSchema schema;
};

TEST_F(PostgresNodes, WhatOneAcceptsTheOtherKnowsAtTheNextCall) {
  Node a(schema.address());
  Node b(schema.address());
  for (int i = 0; i < 20; ++i) {
    auto& sender = i % 2 == 0 ? a : b;
    auto& other = i % 2 == 0 ? b : a;
    auto const sent = sender.send({"ann", "bob"});
    ASSERT_TRUE(sent) << sent.error().detail;
    other.catch_up();
    auto const record = other.engine().find_batch(sent->key);
    ASSERT_TRUE(record);
    EXPECT_EQ(record, sender.engine().find_batch(sent->key));
    EXPECT_EQ(record->delivered, 2u);
  }
  EXPECT_EQ(a.everybodys.slices_, 20u) << "people connected here hear of both";
  EXPECT_EQ(a.own.slices_ + b.own.slices_, 20u) << "a push is sent by one of them";
}

TEST_F(PostgresNodes, SendersEverywhereAtOnceGetContiguousNumbersAndBalancedBooks) {
  Node a(schema.address());
  Node b(schema.address());
  constexpr int kEach = 40;
  std::atomic<int> accepted{0};
  std::vector<std::thread> senders;
  for (int i = 0; i < 4; ++i) {
    senders.emplace_back([&, i] {
      auto& node = i % 2 == 0 ? a : b;
      for (int n = 0; n < kEach; ++n) accepted += node.send({"ann", "bob", "cat"}) ? 1 : 0;
    });
  }
  for (auto& sender : senders) sender.join();
  EXPECT_EQ(accepted, 4 * kEach);
  for (std::uint64_t no = 1; no <= 4 * kEach; ++no) {
    auto const there = a.wait_for({kAcme, BatchNo{no}}, BatchState::sent);
    EXPECT_EQ(there, b.wait_for({kAcme, BatchNo{no}}, BatchState::sent));
  }
  EXPECT_EQ(a.engine().last_seq(kAcme), Seq{4 * kEach});
}

TEST_F(PostgresNodes, AQuotaIsSharedToTheLastPerson) {
  Node a(schema.address());
  Node b(schema.address());
  int accepted = 0;
  for (int i = 0; i < 8; ++i) accepted += (i % 2 == 0 ? a : b).send({"ann", "bob"}, 10) ? 1 : 0;
  EXPECT_EQ(accepted, 5);
}

TEST_F(PostgresNodes, ARecallThroughAnotherServerIsSeenByBoth) {
  Node a(schema.address());
  Node b(schema.address());
  auto const sent = a.send({"ann", "bob"});
  ASSERT_TRUE(sent);
  b.catch_up();
  RecallBatch const command{sent->key};
  auto const recalled = b.write<Nothing>([&](View& view) { return recall_batch(view, command); });
  ASSERT_TRUE(recalled) << recalled.error().detail;
  EXPECT_EQ(a.wait_for(sent->key, BatchState::recalled).recalled, 2u);
  EXPECT_EQ(a.everybodys.recalls_, 1u);
}

TEST_F(PostgresNodes, WhatAServerLeavesUnsentTheOtherSends) {
  Node a(schema.address());
  Node b(schema.address());
  auto const later = a.write<SendBatchAnswer>([&](View& view) {
    SendBatch command;
    command.tenant = kAcme;
    command.app = AppNo{1};
    command.audience.user_ids = {"ann"};
    command.content = {"text", R"({"text":"hello"})"};
    command.send_at = view.now() + std::chrono::milliseconds(400);
    return send_batch(view, command, kRights);
  });
  ASSERT_TRUE(later) << later.error().detail;
  a.stop();
  EXPECT_EQ(b.wait_for(later->key, BatchState::sent).delivered, 1u);
}

TEST_F(PostgresNodes, OneOfThemTellsEventsAndAnotherFollowsIt) {
  auto first = std::make_unique<Node>(schema.address());
  while (!first->engine().tells_events()) std::this_thread::yield();
  Node second(schema.address());
  auto const happen = [](Node& node, std::uint64_t number) {
    return node.write<Nothing>([number](View& view) -> Result<Decided<Nothing>> {
      Decided<Nothing> out;
      auto const before = view.counters(kAcme);
      auto after = before;
      after.next_event = EventNo{number + 1};
      out.change.counters[kAcme] = {before, after};
      Event event;
      event.key = {kAcme, EventNo{number}};
      event.app = AppNo{1};
      out.change.events.push_back(event);
      return out;
    });
  };
  ASSERT_TRUE(happen(second, 1));
  ASSERT_TRUE(happen(*first, 2));
  second.catch_up();
  first->catch_up();
  EXPECT_EQ(first->events.told, 2u) << "whichever server they happened on";
  EXPECT_EQ(second.events.heard, 2u);
  EXPECT_FALSE(second.engine().tells_events());
  EXPECT_TRUE(first->engine().tells_events());
  first->stop();
  while (!second.engine().tells_events()) std::this_thread::yield();
}

}  // namespace
}  // namespace carillon::testing
