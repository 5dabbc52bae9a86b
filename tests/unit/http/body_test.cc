#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/http/serving.h"

namespace carillon::http {
namespace {

class BodyTest : public Serving {
 protected:
  BodyTest() {
    add(Method::post, "/small", [](Request const& r, Reply reply) {
      reply(text(std::to_string(r.body.size())));
    }).body_bytes_max = 1000;
    readd();
    add(Method::post, "/large", [](Request const& r, Reply reply) {
      reply(text(std::to_string(r.body.size())));
    }).body_bytes_max = 200 << 20;
    readd();
  }
};

std::string chunked(std::string_view target, std::string_view chunks,
                    std::string_view method = "POST") {
  return std::string(method) + " " + std::string(target) +
         " HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(chunks);
}

TEST_F(BodyTest, ComesWholeWhateverItsPieces) {
  start();
  Wire wire(port());
  std::string const body(300'000, 'x');
  EXPECT_EQ(wire.ask(post("/echo", body)).size(), body.size() + 2);
  auto const request = post("/echo", "0123456789");
  wire.send(request.substr(0, request.size() - 5));
  wire.send(request.substr(request.size() - 5) + get("/hello"));
  EXPECT_EQ(wire.answer().body, "[0123456789]");
  EXPECT_EQ(wire.answer().body, "hello");
  EXPECT_EQ(wire.ask(post("/echo", "")), "[]");
}

TEST_F(BodyTest, ChunksAreJoined) {
  start();
  Wire wire(port());
  EXPECT_EQ(wire.ask(chunked("/echo", "3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n")), "[abcdefg]");
  for (char const c :
       chunked("/echo", "3\r\nabc\r\n2\r\nde\r\n0\r\nT: x\r\n\r\n") + get("/hello")) {
    wire.send(std::string(1, c));
  }
  EXPECT_EQ(wire.answer().body, "[abcde]");
  EXPECT_EQ(wire.answer().body, "hello");
  EXPECT_EQ(wire.ask(chunked("/echo", "0\r\n\r\n")), "[]");
}

TEST_F(BodyTest, IsIgnoredOnGetAndDelete) {
  start();
  Wire wire(port());
  wire.send("GET /echo HTTP/1.1\r\nContent-Length: 4\r\n\r\nnull" +
            chunked("/echo", "2\r\n{}\r\n0\r\n\r\n", "DELETE") +
            "DELETE /echo HTTP/1.1\r\nContent-Length: 2\r\nContent-Type: text/plain\r\n\r\n{}" +
            get("/hello"));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(wire.answer().body, "[]");
  EXPECT_EQ(wire.answer().body, "hello");

  wire.send("HEAD /hello HTTP/1.1\r\nContent-Length: 4\r\n\r\nnull");
  EXPECT_EQ(wire.answer(true).status, 200);
  wire.send("GET /echo HTTP/1.1\r\nContent-Length: 500000\r\n\r\n" + std::string(500'000, '{'));
  EXPECT_EQ(wire.answer().body, "[]");
  EXPECT_EQ(wire.ask(get("/hello")), "hello");
}

TEST_F(BodyTest, AnEndlessBodyOnGetIsAnsweredAndCutOff) {
  start();
  Wire announced(port());
  announced.send("GET /hello HTTP/1.1\r\nContent-Length: 5000000\r\n\r\n");
  auto answer = announced.answer();
  EXPECT_EQ(answer.body, "hello");
  EXPECT_EQ(answer.value("Connection"), "close");

  Wire unannounced(port());
  unannounced.send(chunked("/hello", "200000\r\n" + std::string(2 << 20, 'x') + "\r\n", "GET"));
  answer = unannounced.answer();
  EXPECT_EQ(answer.body, "hello");
  EXPECT_EQ(answer.value("Connection"), "close");
}

TEST_F(BodyTest, ContinueIsSaidBeforeTheBody) {
  start();
  Wire wire(port());
  wire.send("POST /echo HTTP/1.1\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  auto const go_on = wire.answer();
  EXPECT_EQ(go_on.head, "HTTP/1.1 100 Continue");
  EXPECT_EQ(wire.ask("body"), "[body]");
  wire.send("POST /echo HTTP/1.1\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\nbody");
  EXPECT_EQ(wire.answer().status, 200) << "it came already";
  wire.send(
      "POST /echo HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 4\r\n"
      "Expect: 100-continue\r\n\r\n");
  EXPECT_EQ(wire.ask("body"), "[body]") << "HTTP/1.0 knows no 100";
}

TEST_F(BodyTest, ARefusedBodyIsNotAskedFor) {
  start();
  Wire large(port());
  large.send("POST /small HTTP/1.1\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(large.answer().status, 413);
  EXPECT_TRUE(large.ends());
  Wire unknown(port());
  unknown.send("POST /nowhere HTTP/1.1\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(unknown.answer().status, 404);
}

TEST_F(BodyTest, TooLargeIsAnsweredAtOnceAndSeen) {
  start();
  Wire announced(port());
  announced.send("POST /small HTTP/1.1\r\nContent-Length: 1001\r\n\r\n");
  auto answer = announced.answer();
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.body, "failure: too large");
  EXPECT_EQ(answer.value("Connection"), "close");
  EXPECT_TRUE(announced.ends());

  Wire sent(port());
  EXPECT_TRUE(sent.send(post("/small", std::string(8 << 20, 'x')))) << "it is read, not reset";
  EXPECT_EQ(sent.answer().status, 413);
  EXPECT_TRUE(sent.ends());

  Wire in_chunks(port());
  in_chunks.send(chunked("/small", "400\r\n" + std::string(1024, 'x') + "\r\n"));
  EXPECT_EQ(in_chunks.answer().status, 413);

  Wire slowly(port());
  slowly.send(chunked("/small", "3e8\r\n" + std::string(1000, 'x') + "\r\n"));
  slowly.send("1\r\nx\r\n");
  EXPECT_EQ(slowly.answer().status, 413);
  EXPECT_EQ(Wire(port()).ask(post("/small", std::string(1000, 'x'))), "1000");
}

TEST_F(BodyTest, BadFramingIsRefused) {
  start();
  for (std::string const& bad :
       {chunked("/echo", "x\r\n"), chunked("/echo", "3\r\nabcd\r\n"),
        std::string("POST /echo HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx"),
        std::string("POST /echo HTTP/1.1\r\nContent-Length: 1\r\n"
                    "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n")}) {
    Wire wire(port());
    wire.send(bad);
    auto const answer = wire.answer();
    EXPECT_EQ(answer.status, 400) << bad;
    EXPECT_EQ(answer.value("Content-Type"), "text/plain; charset=utf-8");
    EXPECT_EQ(answer.value("Connection"), "close");
    EXPECT_EQ(answer.value("X-Tt-Logid").size(), 34u);
    wire.finish();
    EXPECT_TRUE(wire.ends());
  }
}

TEST_F(BodyTest, StalledBodiesMakeRoomForOthers) {
  options.body_memory_max = 4 << 20;
  start();
  std::string const half(1 << 20, 'x');
  auto const start_large = "POST /large HTTP/1.1\r\nContent-Length: 2097152\r\n\r\n" + half;
  Wire first(port());
  first.send(start_large);
  ASSERT_TRUE(eventually([&] { return listener->stats().body_memory >= half.size(); }));
  std::vector<std::unique_ptr<Wire>> stalled;
  for (int i = 0; i < 8; ++i) {
    stalled.push_back(std::make_unique<Wire>(port()));
    stalled.back()->send(start_large);
  }
  auto const answer = first.answer();
  EXPECT_TRUE(answer.status == 503 || answer.status == 408) << answer.status;
  EXPECT_TRUE(eventually([&] { return listener->stats().evicted_bodies >= 4; }));
  EXPECT_EQ(Wire(port()).ask(post("/large", std::string(3 << 20, 'x'))), "3145728");
  EXPECT_LE(listener->stats().body_memory, options.body_memory_max);
  stalled.clear();
  EXPECT_TRUE(eventually([&] { return listener->stats().body_memory == 0; }));
}

TEST_F(BodyTest, ABodyLargerThanAllTheMemoryIsRefused) {
  options.body_memory_max = 1 << 20;
  start();
  Wire wire(port());
  wire.send(post("/large", std::string(3 << 20, 'x')));
  EXPECT_EQ(wire.answer().status, 503);
  EXPECT_TRUE(eventually([&] { return listener->stats().body_memory == 0; }));
}

}  // namespace
}  // namespace carillon::http
