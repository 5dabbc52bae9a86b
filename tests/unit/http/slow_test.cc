// Clients that are slow, silent or hostile cost nobody else anything.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/http/serving.h"

namespace carillon::http {
namespace {

using namespace std::chrono_literals;

class SlowTest : public Serving {
 protected:
  SlowTest() {
    options.header_timeout = 1s;
    options.body_timeout = 1s;
    add(Method::get, "/huge",
        [](Request const&, Reply reply) { reply(text(std::string(32 << 20, 'x'))); });
  }
};

TEST_F(SlowTest, ASlowHeadGets408) {
  start();
  Wire wire(port());
  wire.send("GET /hello HTT");
  auto const answer = wire.answer();
  EXPECT_EQ(answer.status, 408);
  EXPECT_EQ(answer.value("Connection"), "close");
  EXPECT_TRUE(wire.ends());
}

TEST_F(SlowTest, ADrippingHeadGets408) {
  start();
  Wire wire(port());
  wire.send("GET /hello HTTP/1.1\r\n");
  auto const before = std::chrono::steady_clock::now();
  while (wire.send("a: b\r\n") && std::chrono::steady_clock::now() - before < 20s &&
         listener->stats().connections_open == 1) {
    std::this_thread::sleep_for(200ms);  // paced: a slow sender
  }
  EXPECT_LT(std::chrono::steady_clock::now() - before, 20s);
  EXPECT_EQ(wire.answer().status, 408);
}

TEST_F(SlowTest, AStalledBodyGets408) {
  start();
  Wire wire(port());
  wire.send("POST /echo HTTP/1.1\r\nContent-Length: 10\r\n\r\n1234");
  EXPECT_EQ(wire.answer().status, 408);
}

TEST_F(SlowTest, AnIdleConnectionIsClosedSilently) {
  options.idle_timeout = 1s;
  start();
  Wire wire(port());
  EXPECT_EQ(wire.ask(get("/hello")), "hello");
  EXPECT_TRUE(wire.ends());
  Wire never_asked(port());
  EXPECT_TRUE(never_asked.ends());
}

TEST_F(SlowTest, AnIdleConnectionIsKeptLongerThanASlowHead) {
  start();
  Wire wire(port());
  EXPECT_EQ(wire.ask(get("/hello")), "hello");
  std::this_thread::sleep_for(2500ms);  // paced: a connection at rest
  EXPECT_EQ(wire.ask(get("/hello")), "hello");
}

TEST_F(SlowTest, AStalledReaderIsClosed) {
  start();
  Wire wire(port(), 4096);
  wire.send(get("/huge"));
  EXPECT_EQ(Wire(port()).ask(get("/hello")), "hello");
  EXPECT_TRUE(eventually([&] { return listener->stats().connections_open == 0; }));
}

TEST_F(SlowTest, ASlowReaderGetsEverything) {
  start();
  Wire wire(port());
  wire.send(get("/huge"));
  EXPECT_EQ(wire.answer().body.size(), 32u << 20);
}

TEST_F(SlowTest, AnsweringNobodyReadsIsBounded) {
  options.body_timeout = 30s;
  start();
  Wire wire(port(), 4096);
  std::atomic<bool> stop{false};
  std::thread flood([&] {
    std::string many;
    for (int i = 0; i < 1000; ++i) many += get("/hello");
    while (!stop && wire.send(many)) {
    }
  });
  // The flood comes to rest against the full buffers, and others are served meanwhile.
  std::uint64_t before = 1;
  auto const at_rest = [&] {
    auto const now = listener->stats().requests;
    std::this_thread::sleep_for(300ms);  // polling
    return now == std::exchange(before, listener->stats().requests);
  };
  EXPECT_TRUE(eventually(at_rest));
  EXPECT_EQ(Wire(port()).ask(get("/hello")), "hello");
  stop = true;
  listener->stop(0ms);
  flood.join();
}

TEST_F(SlowTest, FloodsOfHeadersAreRefused) {
  start();
  Wire many(port());
  std::string headers;
  for (int i = 0; i < 101; ++i) headers += "a: b\r\n";
  many.send(get("/hello", headers));
  EXPECT_EQ(many.answer().status, 431);

  Wire large(port());
  large.send(get("/hello", "a: " + std::string(17 * 1024, 'x') + "\r\n"));
  EXPECT_EQ(large.answer().status, 431);

  Wire endless(port());
  endless.send("GET /hello HTTP/1.1\r\na: " + std::string(64 * 1024, 'x'));
  EXPECT_EQ(endless.answer().status, 431);

  Wire target(port());
  target.send(get("/" + std::string(9 * 1024, 'x')));
  EXPECT_EQ(target.answer().status, 414);

  Wire endless_target(port());
  endless_target.send("GET /" + std::string(64 * 1024, 'x'));
  EXPECT_EQ(endless_target.answer().status, 414);
}

TEST_F(SlowTest, WhatCanBecomeNoRequestIsRefusedAtOnce) {
  options.header_timeout = 60s;
  start();
  for (std::string const& bad :
       {std::string("\x16\x03\x01\x02", 4), std::string("GET / HTTP/1.1\n\n"),
        std::string("\0\0\0\0", 4), std::string("{\"a\":1}\r\n"),
        std::string("GET /hello HTTP/1.1\r\nbad line\r\n\r\n"),
        std::string("GET hello HTTP/1.1\r\n\r\n"),
        std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")}) {
    Wire wire(port());
    wire.send(bad);
    auto const answer = wire.answer();
    EXPECT_EQ(answer.status, 400) << bad;
    EXPECT_EQ(answer.value("X-Tt-Logid").size(), 34u);
  }
}

}  // namespace
}  // namespace carillon::http
