// How handlers answer: at once, later, from other threads, twice, never.
#include <stdexcept>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/http/serving.h"

namespace carillon::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class ReplyTest : public Serving {};

TEST_F(ReplyTest, ADroppedReplyAnswersFailure) {
  add(Method::get, "/drop", [](Request const&, Reply) {});
  start();
  Wire wire(port());
  wire.send(get("/drop"));
  auto const answer = wire.answer();
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body, "failure: the request was not answered");
  EXPECT_EQ(wire.ask(get("/hello")), "hello") << "the connection goes on";

  wire.send(get("/later?x"));
  { auto const dropped = pending.take(); }
  EXPECT_EQ(wire.answer().status, 500);
}

TEST_F(ReplyTest, AThrowingHandlerAnswersFailure) {
  add(Method::get, "/throw",
      [](Request const&, Reply const&) { throw std::runtime_error("no such luck"); });
  start();
  Wire wire(port());
  wire.send(get("/throw"));
  EXPECT_EQ(wire.answer().status, 500);
  EXPECT_EQ(wire.ask(get("/hello")), "hello");
  EXPECT_THAT(errors(), HasSubstr("/throw threw: no such luck"));
}

TEST_F(ReplyTest, OnlyTheFirstAnswerCounts) {
  add(Method::get, "/twice", [](Request const&, Reply const& reply) {
    auto const copy = reply;
    reply(text("first"));
    copy(text("second"));
    throw std::runtime_error("after the answer");
  });
  start();
  Wire wire(port());
  EXPECT_EQ(wire.ask(get("/twice")), "first");
  EXPECT_EQ(wire.ask(get("/hello")), "hello");
}

TEST_F(ReplyTest, ARequestStaysReadableUntilItsReply) {
  add(Method::post, "/read", [this](Request const& request, Reply reply) {
    auto const* const kept = &request;
    pending.put("x", [kept, reply](Response) {
      reply(text(std::string(kept->body) + std::string(kept->header("X-A"))));
    });
  });
  start();
  auto wire = std::make_unique<Wire>(port());
  wire->send(post("/read", "body", "X-A: header\r\n"));
  pending.take().second({});
  EXPECT_EQ(wire->answer().body, "bodyheader");

  wire->send(post("/read", std::string(200'000, 'b'), "X-A: header\r\n"));
  auto const late = pending.take();
  wire.reset();
  listener->stop(0ms);
  late.second({});
}

TEST_F(ReplyTest, ALateReplyToADeadConnectionIsHarmless) {
  start();
  auto wire = std::make_unique<Wire>(port());
  wire->send(get("/later?x"));
  auto const [what, reply] = pending.take();
  wire.reset();
  reply(text("nobody listens"));
  EXPECT_TRUE(eventually([&] { return listener->stats().connections_open == 0; }));

  wire = std::make_unique<Wire>(port());
  wire->send(get("/later?y"));
  auto const late = pending.take();
  listener.reset();
  late.second(text("nobody is there"));
}

TEST_F(ReplyTest, BurstsFromManyThreadsReachTheirRequests) {
  options.threads = 2;
  start();
  constexpr int kWires = 20;
  constexpr int kRounds = 50;
  std::vector<std::thread> answering;
  for (int i = 0; i < 3; ++i) {
    answering.emplace_back([this] {
      for (;;) {
        auto [what, reply] = pending.take();
        if (what == "end") return;
        reply(text(what));
      }
    });
  }
  std::vector<std::unique_ptr<Wire>> wires;
  for (int i = 0; i < kWires; ++i) wires.push_back(std::make_unique<Wire>(port()));
  for (int round = 0; round < kRounds; ++round) {
    for (int i = 0; i < kWires; ++i) {
      wires[static_cast<std::size_t>(i)]->send(
          get("/later?" + std::to_string(round) + "-" + std::to_string(i)));
    }
    for (int i = 0; i < kWires; ++i) {
      ASSERT_EQ(wires[static_cast<std::size_t>(i)]->answer().body,
                std::to_string(round) + "-" + std::to_string(i));
    }
  }
  for (int i = 0; i < 3; ++i) pending.put("end", [](Response) {});
  for (auto& thread : answering) thread.join();
}

TEST_F(ReplyTest, StopAnswersWhatIsUnderWay) {
  start();
  Wire idle(port());
  EXPECT_EQ(idle.ask(get("/hello")), "hello");
  Wire busy(port());
  busy.send(get("/later?x"));
  auto const [what, reply] = pending.take();
  std::thread stopping([this] { listener->stop(10s); });
  EXPECT_TRUE(idle.ends());
  reply(text("in time"));
  auto const answer = busy.answer();
  EXPECT_EQ(answer.body, "in time");
  EXPECT_EQ(answer.value("Connection"), "close");
  EXPECT_TRUE(busy.ends());
  stopping.join();
  EXPECT_EQ(listener->stats().connections_open, 0u);
}

// As what a proxy has sent to a connection that rested until then.
TEST_F(ReplyTest, ARetiringServerAnswersCallsAndEndsTheirConnections) {
  options.trusted_proxies = {"127.0.0.1"};
  options.lame_duck = 7s;
  start();
  Wire rested(port());
  EXPECT_EQ(rested.ask(get("/hello")), "hello");
  EXPECT_EQ(listener->retire(), 7s);
  Wire late(port());
  for (auto* wire : {&rested, &late}) {
    wire->send(get("/hello"));
    auto const answer = wire->answer();
    EXPECT_EQ(answer.body, "hello");
    EXPECT_EQ(answer.value("Connection"), "close");
    EXPECT_TRUE(wire->ends());
  }
}

TEST_F(ReplyTest, WithoutProxiesThereIsNobodyToWaitForAtAStop) {
  start();
  EXPECT_EQ(listener->retire(), 0s);
}

TEST_F(ReplyTest, StopDoesNotWaitLongerThanItsGrace) {
  start();
  Wire busy(port());
  busy.send(get("/later?x"));
  auto const held = pending.take();
  Wire half(port());
  half.send("POST /echo HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf");
  auto const before = std::chrono::steady_clock::now();
  listener->stop(100ms);
  EXPECT_LT(std::chrono::steady_clock::now() - before, 5s);
  EXPECT_TRUE(busy.ends());
  EXPECT_TRUE(half.ends());
  held.second(text("too late"));
}

}  // namespace
}  // namespace carillon::http
