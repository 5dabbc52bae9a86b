#include "http/listener.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/http/serving.h"

namespace carillon::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

class ListenerTest : public Serving {};

TEST_F(ListenerTest, AnswersOverAndOverOnOneConnection) {
  start();
  Wire wire(port());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(wire.ask(get("/hello")), "hello");
  EXPECT_EQ(listener->stats().requests, 3u);
  EXPECT_EQ(listener->stats().connections_accepted, 1u);
  EXPECT_EQ(listener->stats().connections_open, 1u);
  wire.close();
  EXPECT_TRUE(eventually([&] { return listener->stats().connections_open == 0; }));
}

TEST_F(ListenerTest, SpellsItsHeadersForClientsThatCompareThem) {
  start();
  Wire wire(port());
  wire.send(get("/hello"));
  auto const answer = wire.answer();
  EXPECT_THAT(answer.head, StartsWith("HTTP/1.1 200 OK\r\nContent-Type: application/json; "
                                      "charset=utf-8\r\nContent-Length: 5\r\nX-Tt-Logid: 2025"));
  EXPECT_EQ(answer.value("X-Tt-Logid").size(), 34u);
  EXPECT_EQ(answer.value("X-Tt-Logid"), answer.value("X-Request-Id"));
  EXPECT_EQ(answer.value("Connection"), "");
  wire.send(get("/hello"));
  EXPECT_NE(wire.answer().value("X-Tt-Logid"), answer.value("X-Tt-Logid"));
}

TEST_F(ListenerTest, UnknownPathsAndMethodsGoToUnmatched) {
  start();
  Wire wire(port());
  wire.send(get("/nowhere"));
  auto answer = wire.answer();
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.body, "no route; allowed: ");
  EXPECT_EQ(answer.value("X-Tt-Logid").size(), 34u);
  EXPECT_EQ(wire.ask(post("/hello", "ignored")), "no route; allowed: GET, HEAD");
  EXPECT_EQ(wire.ask("TRACE /hello HTTP/1.1\r\nHost: t\r\n\r\n"), "no route; allowed: GET, HEAD");
  EXPECT_EQ(wire.ask("OPTIONS * HTTP/1.1\r\nHost: t\r\n\r\n"), "Not Found\n")
      << "no prefix matches '*'";
}

TEST_F(ListenerTest, PathsAreTakenInEveryFormThatClientsSend) {
  add(Method::get, "/p/:id/x", [](Request const& request, Reply reply) {
    reply(text(request.params[0] + "|" + std::string(request.path) + "|" +
               std::string(request.query) + "|" + std::string(request.target)));
  });
  start();
  Wire wire(port());
  EXPECT_EQ(wire.ask(get("//p/a%2Db/x?q=1")), "a-b|/p/a%2Db/x|q=1|//p/a%2Db/x?q=1");
  EXPECT_EQ(wire.ask(get("/p/1/x/")), "1|/p/1/x/||/p/1/x/");
  EXPECT_EQ(wire.ask(get("http://host/p/1/x?")), "1|/p/1/x||http://host/p/1/x?");
  EXPECT_EQ(wire.ask("\r\n\r\n" + get("/hello")), "hello") << "empty lines before a request";
}

TEST_F(ListenerTest, RequestsMayComeByteByByteOrTogether) {
  start();
  Wire wire(port());
  for (char const c : post("/echo", "body")) wire.send(std::string(1, c));
  EXPECT_EQ(wire.answer().body, "[body]");
  std::string many;
  for (int i = 0; i < 500; ++i) many += post("/echo", std::to_string(i)) + get("/hello");
  wire.send(many);
  for (int i = 0; i < 500; ++i) {
    ASSERT_EQ(wire.answer().body, "[" + std::to_string(i) + "]");
    ASSERT_EQ(wire.answer().body, "hello");
  }
}

TEST_F(ListenerTest, PipelinedAnswersKeepTheirOrder) {
  start();
  Wire wire(port());
  wire.send(get("/hello") + get("/later?1") + get("/hello") + get("/later?2"));
  EXPECT_EQ(wire.answer().body, "hello") << "what is ready does not wait for what is not";
  auto [what, reply] = pending.take();
  EXPECT_EQ(what, "1");
  reply(text("first"));
  EXPECT_EQ(wire.answer().body, "first");
  EXPECT_EQ(wire.answer().body, "hello");
  pending.take().second(text("second"));
  EXPECT_EQ(wire.answer().body, "second");
}

TEST_F(ListenerTest, HeadSendsNoBody) {
  start();
  Wire wire(port());
  wire.send("HEAD /hello HTTP/1.1\r\nHost: t\r\n\r\n");
  auto const answer = wire.answer(true);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.value("Content-Length"), "5");
  EXPECT_EQ(wire.ask(get("/hello")), "hello");
}

TEST_F(ListenerTest, OldClientsAreServed) {
  start();
  Wire once(port());
  once.send("GET /hello HTTP/1.0\r\n\r\n");
  auto answer = once.answer();
  EXPECT_THAT(answer.head, StartsWith("HTTP/1.1 200 OK"));
  EXPECT_EQ(answer.body, "hello");
  EXPECT_EQ(answer.value("Connection"), "close");
  EXPECT_TRUE(once.ends());

  Wire again(port());
  again.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(again.answer().value("Connection"), "keep-alive");
  EXPECT_EQ(again.ask("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), "hello");
}

TEST_F(ListenerTest, ConnectionCloseIsObeyedAndSaid) {
  add(Method::get, "/bye", [](Request const&, Reply reply) {
    auto response = text("bye");
    response.close = true;
    reply(std::move(response));
  });
  start();
  Wire asked(port());
  asked.send(get("/hello", "Connection: close\r\n") + get("/hello"));
  EXPECT_EQ(asked.answer().value("Connection"), "close");
  EXPECT_TRUE(asked.ends());
  Wire told(port());
  told.send(get("/bye"));
  EXPECT_EQ(told.answer().value("Connection"), "close");
  EXPECT_TRUE(told.ends());
}

TEST_F(ListenerTest, AHalfClosedClientStillGetsItsAnswer) {
  start();
  Wire wire(port());
  wire.send(get("/hello"));
  wire.finish();
  EXPECT_EQ(wire.answer().body, "hello");
  EXPECT_TRUE(wire.ends());
}

TEST_F(ListenerTest, OnlyATrustedProxyMaySayWhoIsCalling) {
  start();
  EXPECT_EQ(Wire(port()).ask(get("/remote", "X-Forwarded-For: 1.2.3.4\r\n")), "127.0.0.1");
  listener.reset();
  options.trusted_proxies = {"127.0.0.0/8"};
  start();
  EXPECT_EQ(Wire(port()).ask(get("/remote", "X-Forwarded-For: 6.6.6.6, 1.2.3.4, 127.0.0.9\r\n")),
            "1.2.3.4");
}

TEST_F(ListenerTest, ServesOnSeveralThreads) {
  options.threads = 3;
  start();
  std::vector<std::unique_ptr<Wire>> wires;
  for (int i = 0; i < 50; ++i) wires.push_back(std::make_unique<Wire>(port()));
  for (auto& wire : wires) wire->send(get("/later?x"));
  for (int i = 0; i < 50; ++i) pending.take().second(text("done"));
  for (auto& wire : wires) EXPECT_EQ(wire->answer().body, "done");
  EXPECT_EQ(listener->stats().requests, 50u);
}

TEST_F(ListenerTest, MoreConnectionsThanAllowedAreTurnedAway) {
  options.connections_max = 2;
  start();
  Wire a(port());
  Wire b(port());
  EXPECT_EQ(a.ask(get("/hello")), "hello");
  EXPECT_EQ(b.ask(get("/hello")), "hello");
  Wire c(port());
  c.send(get("/hello"));
  auto const answer = c.answer();
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.value("X-Tt-Logid").size(), 34u);
  EXPECT_TRUE(c.ends());
  EXPECT_EQ(listener->stats().connections_refused, 1u);
  a.close();
  EXPECT_TRUE(eventually([&] { return Wire(port()).ask(get("/hello")) == "hello"; }));
}

TEST_F(ListenerTest, ATakenPortIsNamed) {
  start();
  Options other = options;
  other.port = port();
  Listener second(other, router, [] { return std::string("id"); });
  auto const started = second.start();
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().detail, HasSubstr("127.0.0.1:" + std::to_string(port())));
  EXPECT_THAT(started.error().detail, HasSubstr("--listen"));
}

TEST_F(ListenerTest, StartNamesWhatItCannotUse) {
  auto problem = [this](Options const& bad) {
    auto const started = Listener(bad, router, [] { return std::string("id"); }).start();
    return started ? std::string("started") : started.error().detail;
  };
  auto bad = options;
  bad.host = "no.such.host.invalid";
  EXPECT_THAT(problem(bad), HasSubstr("no.such.host.invalid"));
  bad = options;
  bad.trusted_proxies = {"10.0.0.0/99"};
  EXPECT_THAT(problem(bad), HasSubstr("10.0.0.0/99"));
  bad = options;
  bad.tls_cert_file = "/nonexistent/cert.pem";
  EXPECT_THAT(problem(bad), HasSubstr("/nonexistent/cert.pem"));
}

TEST_F(ListenerTest, ServesIpv6) {
  options.host = "localhost";
  start();
  options.host = "::1";
  auto const v6 = std::make_unique<Listener>(options, router, [] { return std::string("id"); });
  if (auto const started = v6->start(); !started) GTEST_SKIP() << started.error().detail;
  EXPECT_NE(v6->port(), 0);
}

}  // namespace
}  // namespace carillon::http
