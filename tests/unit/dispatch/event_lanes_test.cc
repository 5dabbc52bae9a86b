// What is told next, when it is tried again, and what is given up.
#include "dispatch/event_lanes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace carillon {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr LaneKey kLane{TenantNo{1}, AppNo{1}};
constexpr LaneKey kOther{TenantNo{1}, AppNo{2}};
Time const kStart = from_ms(1'700'000'000'000);

Event event_of(std::uint64_t number, LaneKey const& lane = kLane) {
  Event out;
  out.key = {lane.tenant, EventNo{number}};
  out.app = lane.app;
  return out;
}

class EventLanesTest : public testing::Test {
 protected:
  static EventLimits limits() {
    EventLimits out;
    out.waiting_max = 5;
    out.dead_max = 2;
    out.retries = {15s, 300s};
    return out;
  }
  std::optional<std::uint64_t> next() {
    auto const attempt = lanes.next(now);
    if (!attempt) return std::nullopt;
    last = attempt->event;
    return attempt->event.key.event.value;
  }
  std::vector<std::uint64_t> tell_all() {
    std::vector<std::uint64_t> out;
    while (auto const number = next()) {
      out.push_back(*number);
      lanes.told(last);
    }
    return out;
  }

  EventLanes lanes{limits()};
  Time now = kStart;
  Event last;
};

TEST_F(EventLanesTest, EventsAreToldInTheirOrderOneAtATime) {
  for (int n = 1; n <= 3; ++n) lanes.add(event_of(n));
  EXPECT_EQ(next(), 1u);
  EXPECT_EQ(next(), std::nullopt) << "the first is under way";
  lanes.told(last);
  EXPECT_THAT(tell_all(), ElementsAre(2u, 3u));
  auto const changes = lanes.take_changes();
  EXPECT_EQ(changes.event_moves.size(), 3u);
  for (auto const& [key, move] : changes.event_moves) EXPECT_TRUE(move.gone);
  EXPECT_EQ(changes.event_tallies.at(kLane).told, 3u);
  EXPECT_FALSE(lanes.has_changes());
}

TEST_F(EventLanesTest, LanesTakeTurnsAndDoNotWaitForOneAnother) {
  lanes.add(event_of(1));
  lanes.add(event_of(2));
  lanes.add(event_of(3, kOther));
  lanes.add(event_of(4, kOther));
  EXPECT_EQ(next(), 1u);
  auto const slow = last;
  EXPECT_EQ(next(), 3u);
  lanes.told(last);
  EXPECT_EQ(next(), 4u) << "though the first lane's call hangs";
  lanes.told(last);
  lanes.told(slow);
  EXPECT_EQ(next(), 2u);
}

TEST_F(EventLanesTest, ARefusedEventWaitsWhileThoseBehindItGoOn) {
  lanes.add(event_of(1));
  lanes.add(event_of(2));
  next();
  lanes.refused(last, now, "no");
  EXPECT_EQ(next(), std::nullopt) << "the receiver rests";
  EXPECT_EQ(lanes.next_due(now), now + 1s);
  now += 1s;
  EXPECT_THAT(tell_all(), ElementsAre(2u));
  EXPECT_EQ(lanes.next_due(now), kStart + 15s);
  now = kStart + 15s;
  EXPECT_EQ(next(), 1u);
  auto const move = lanes.take_changes().event_moves.at(event_of(1).key);
  EXPECT_EQ(move.attempts, 1u);
  EXPECT_EQ(move.due, kStart + 15s);
  EXPECT_EQ(move.problem, "no");
}

TEST_F(EventLanesTest, AfterTheLastAttemptItIsADeadLetter) {
  lanes.add(event_of(1));
  for (auto const pause : {15s, 300s, 0s}) {
    ASSERT_EQ(next(), 1u);
    lanes.refused(last, now, "gone");
    now += pause;
  }
  EXPECT_EQ(lanes.status(kLane).waiting, 0u);
  EXPECT_EQ(lanes.status(kLane).dead, 1u);
  EXPECT_EQ(lanes.status(kLane).problem, "gone");
  EXPECT_TRUE(lanes.is_dead(kLane, EventNo{1}));
  auto const changes = lanes.take_changes();
  EXPECT_EQ(changes.event_moves.at(event_of(1).key).state, EventState::dead);
  EXPECT_EQ(changes.event_moves.at(event_of(1).key).attempts, 3u);
  EXPECT_EQ(changes.event_tallies.at(kLane).refused, 3u);
  EXPECT_EQ(changes.event_tallies.at(kLane).dead, 1u);
}

TEST_F(EventLanesTest, AFailingReceiverIsAskedLessAndLess) {
  for (int n = 1; n <= 5; ++n) lanes.add(event_of(n));
  std::vector<std::chrono::milliseconds> rests;
  for (int n = 0; n < 5; ++n) {
    ASSERT_TRUE(next());
    lanes.refused(last, now, "no");
    auto const due = lanes.next_due(now);
    ASSERT_TRUE(due);
    rests.push_back(*due - now);
    now = *due;
  }
  EXPECT_THAT(rests, ElementsAre(1s, 2s, 4s, 8s, 15s));
  ASSERT_TRUE(next());
  lanes.told(last);
  ASSERT_TRUE(next()) << "it has answered: no rest any more";
}

TEST_F(EventLanesTest, TooManyMakeTheOldestDeadAndTooManyDeadAreDropped) {
  for (int n = 1; n <= 8; ++n) lanes.add(event_of(n));
  auto const status = lanes.status(kLane);
  EXPECT_EQ(status.waiting, 5u);
  EXPECT_EQ(status.dead, 2u);
  EXPECT_EQ(status.tally.dead, 3u);
  EXPECT_EQ(status.tally.dropped, 1u);
  auto const changes = lanes.take_changes();
  EXPECT_TRUE(changes.event_moves.at(event_of(1).key).gone);
  EXPECT_EQ(changes.event_moves.at(event_of(2).key).state, EventState::dead);
  EXPECT_EQ(changes.event_moves.at(event_of(3).key).state, EventState::dead);
  EXPECT_THAT(tell_all(), ElementsAre(4u, 5u, 6u, 7u, 8u));
}

TEST_F(EventLanesTest, TheOneUnderWayIsNotGivenUp) {
  lanes.add(event_of(1));
  next();
  for (int n = 2; n <= 7; ++n) lanes.add(event_of(n));
  EXPECT_FALSE(lanes.is_dead(kLane, EventNo{1}));
  lanes.told(event_of(1));
  EXPECT_TRUE(lanes.take_changes().event_moves.at(event_of(1).key).gone);
}

TEST_F(EventLanesTest, DeadLettersAreListedReplayedAndDropped) {
  for (int n = 1; n <= 7; ++n) lanes.add(event_of(n));
  EXPECT_THAT(lanes.dead(kLane, EventNo{}, 10), ElementsAre(event_of(2).key, event_of(1).key));
  EXPECT_THAT(lanes.dead(kLane, EventNo{2}, 10), ElementsAre(event_of(1).key));
  EXPECT_THAT(lanes.dead(kOther, EventNo{}, 10), IsEmpty());
  EXPECT_TRUE(lanes.drop_dead(kLane, EventNo{2}));
  EXPECT_FALSE(lanes.drop_dead(kLane, EventNo{2}));
  StoredEvent letter;
  letter.event = event_of(1);
  letter.state = EventState::dead;
  letter.attempts = 3;
  lanes.replay(letter);
  EXPECT_EQ(next(), 1u) << "it happened first";
  auto const changes = lanes.take_changes();
  EXPECT_EQ(changes.event_moves.at(event_of(1).key), EventMove{});
  EXPECT_TRUE(changes.event_moves.at(event_of(2).key).gone);
  lanes.replay(letter);
  EXPECT_EQ(lanes.status(kLane).waiting, 6u) << "replayed once";
}

TEST_F(EventLanesTest, WithNobodyThereNoAttemptIsLost) {
  lanes.add(event_of(1));
  next();
  lanes.postponed(last, now + 60s);
  EXPECT_EQ(next(), std::nullopt);
  EXPECT_FALSE(lanes.has_changes());
  lanes.wake(kLane.app);
  EXPECT_EQ(next(), 1u);
}

TEST_F(EventLanesTest, WhoComesDuringAnAttemptThatFoundNobodyIsNotMissed) {
  lanes.add(event_of(1));
  next();
  lanes.wake(kLane.app);
  lanes.postponed(last, now + 60s);
  EXPECT_EQ(next(), 1u);
}

TEST_F(EventLanesTest, WhatWasStoredIsGoneOnWith) {
  StoredEvent fresh;
  fresh.event = event_of(3);
  StoredEvent retrying;
  retrying.event = event_of(1);
  retrying.attempts = 2;
  retrying.due = now + 10s;
  StoredEvent dead;
  dead.event = event_of(2);
  dead.state = EventState::dead;
  lanes.load({retrying, dead, fresh}, {{kLane, {7, 6, 5, 4}}});
  EXPECT_EQ(lanes.status(kLane).tally.told, 7u);
  EXPECT_THAT(tell_all(), ElementsAre(3u));
  now += 10s;
  ASSERT_EQ(next(), 1u);
  lanes.refused(last, now, "still no");
  EXPECT_TRUE(lanes.is_dead(kLane, EventNo{1})) << "its two further attempts are used up";
}

TEST_F(EventLanesTest, WhatTheStoreDidNotTakeIsWrittenAgainUnlessItHasChanged) {
  lanes.add(event_of(1));
  lanes.add(event_of(2));
  next();
  lanes.refused(last, now, "first");
  auto changes = lanes.take_changes();
  now += 15s;
  next();
  lanes.told(last);
  lanes.give_back(std::move(changes));
  EXPECT_TRUE(lanes.take_changes().event_moves.at(event_of(1).key).gone);
}

TEST_F(EventLanesTest, ClearForgetsWhatWaits) {
  lanes.add(event_of(1));
  lanes.add(event_of(2, kOther));
  lanes.clear(kLane.app);
  EXPECT_TRUE(lanes.take_changes().event_moves.at(event_of(1).key).gone);
  EXPECT_THAT(tell_all(), ElementsAre(2u));
}

}  // namespace
}  // namespace carillon
