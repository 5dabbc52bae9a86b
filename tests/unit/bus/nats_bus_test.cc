// Knocks between servers, over a real NATS server.
#include "bus/nats_bus.h"

#include <atomic>
#include <chrono>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/nats_server.h"

namespace carillon {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kLong{20};

struct Node {
  std::atomic<int> knocks{0};
  std::atomic<int> notes{0};
  std::unique_ptr<NatsBus> bus;

  explicit Node(std::string const& addresses, std::string const& subject = "carillon.test") {
    auto opened = NatsBus::open(
        {addresses, subject, [this] { ++knocks; }, [this](std::string const&) { ++notes; }});
    EXPECT_TRUE(opened) << opened.error().detail;
    bus = *std::move(opened);
    bus->listen();
  }
};

template <class Condition>
bool comes_true(Condition const& condition) {
  auto const deadline = steady_clock::now() + kLong;
  while (!condition()) {
    if (steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));  // polling
  }
  return true;
}

// Knocks of `from` until `to` has heard one more: a subscription takes a moment to be there.
bool reaches(Node& from, Node& to) {
  int const before = to.knocks;
  return comes_true([&] {
    from.bus->knock();
    return to.knocks > before;
  });
}

TEST(NatsBus, AKnockReachesTheOthersButNotItself) {
  testing::NatsServer const server;
  Node a(server.address());
  Node b(server.address());
  Node c(server.address());
  EXPECT_TRUE(reaches(a, b));
  EXPECT_TRUE(reaches(a, c));
  EXPECT_EQ(a.knocks, 0);
  EXPECT_TRUE(reaches(c, a));
  EXPECT_TRUE(reaches(c, b));
}

TEST(NatsBus, InstallationsThatShareABusDoNotHearEachOther) {
  testing::NatsServer const server;
  Node a(server.address(), "carillon.one");
  Node b(server.address(), "carillon.one");
  Node other(server.address(), "carillon.two");
  EXPECT_TRUE(reaches(a, b));
  EXPECT_EQ(other.knocks, 0);
}

TEST(NatsBus, BeforeItListensNothingIsCalledBack) {
  testing::NatsServer const server;
  Node a(server.address());
  std::atomic<int> early{0};
  auto bus = NatsBus::open(
      {server.address(), "carillon.test", [&] { ++early; }, [](std::string const&) {}});
  ASSERT_TRUE(bus);
  ASSERT_TRUE(comes_true([&] {
    a.bus->knock();
    return (*bus)->stats().heard > 0;
  }));
  EXPECT_EQ(early, 0);
}

TEST(NatsBus, AServerThatGoesAndComesBackIsFoundAgain) {
  testing::NatsServer server;
  Node a(server.address());
  Node b(server.address());
  ASSERT_TRUE(reaches(a, b));
  server.stop();
  EXPECT_TRUE(comes_true([&] { return !a.bus->stats().connected && !b.bus->stats().connected; }));
  for (int i = 0; i < 1000; ++i) a.bus->knock();  // of no use, and no harm
  int const before = b.knocks;
  server.start();
  EXPECT_TRUE(comes_true([&] { return a.bus->stats().connected && b.bus->stats().connected; }));
  EXPECT_TRUE(comes_true([&] { return b.knocks > before; }));  // something may have been missed
  EXPECT_TRUE(reaches(a, b));
  EXPECT_GE(b.notes, 2);
}

TEST(NatsBus, OneThatIsNotThereAtTheStartIsFoundLater) {
  testing::NatsServer server;
  server.stop();
  Node a(server.address());
  EXPECT_FALSE(a.bus->stats().connected);
  EXPECT_EQ(a.notes, 1);
  server.start();
  Node b(server.address());
  EXPECT_TRUE(comes_true([&] { return a.bus->stats().connected; }));
  EXPECT_TRUE(reaches(a, b));
  EXPECT_TRUE(reaches(b, a));
}

TEST(NatsBus, ASecondAddressIsForTheFirstOnesAbsence) {
  testing::NatsServer gone;
  gone.stop();
  testing::NatsServer const server;
  Node a(gone.address() + "," + server.address());
  Node b(server.address());
  EXPECT_TRUE(reaches(a, b));
}

TEST(NatsBus, WhatIsNoAddressIsSaidToBeNone) {
  for (auto const* address : {"", "localhost:4222", "http://localhost", "nats://", "nats://a,b"}) {
    auto const bus = NatsBus::open({address, "carillon.test", [] {}, [](std::string const&) {}});
    ASSERT_FALSE(bus) << address;
    EXPECT_EQ(bus.error().code, Errc::invalid_field);
    EXPECT_THAT(bus.error().detail, ::testing::HasSubstr("nats://HOST:PORT"));
  }
}

}  // namespace
}  // namespace carillon
