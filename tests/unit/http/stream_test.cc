// Answers that go on (Server-Sent Events) and bodies that do not stay in memory (spool).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/http/serving.h"

namespace carillon::http {
namespace {

using namespace std::chrono_literals;

// Says what it is told, then ends; counts itself.
class Events : public EventStream {
 public:
  Events(std::vector<std::string> pieces, bool endless, std::atomic<int>& alive)
      : pieces_(std::move(pieces)), endless_(endless), alive_(alive) {
    ++alive_;
  }
  ~Events() override { --alive_; }
  std::optional<std::string> next() override {
    if (at_ < pieces_.size()) return pieces_[at_++];
    if (endless_) return std::string{};
    return std::nullopt;
  }

 private:
  std::vector<std::string> pieces_;
  bool endless_;
  std::atomic<int>& alive_;
  std::size_t at_ = 0;
};

class EventTest : public Serving {
 protected:
  EventTest() {
    auto events = [this](bool endless) {
      return [this, endless](Request const&, Reply reply) {
        Response response;
        response.stream = std::make_unique<Events>(
            std::vector<std::string>{"data: 1\n\n", "", "data: 2\n\n"}, endless, alive);
        reply(std::move(response));
      };
    };
    add(Method::get, "/events", events(false));
    add(Method::get, "/endless", events(true));
  }
  std::atomic<int> alive{0};
};

TEST_F(EventTest, EventsComeInChunksAndTheConnectionGoesOn) {
  start();
  Wire wire(port());
  wire.send(get("/events") + get("/hello"));
  auto const answer = wire.answer();
  EXPECT_EQ(answer.value("Content-Type"), "text/event-stream");
  EXPECT_EQ(answer.value("Cache-Control"), "no-store");
  EXPECT_EQ(answer.value("X-Tt-Logid").size(), 34u);
  EXPECT_EQ(answer.body, "data: 1\n\ndata: 2\n\n");
  EXPECT_EQ(wire.answer().body, "hello");
  EXPECT_EQ(alive, 0);
}

TEST_F(EventTest, AnOldClientGetsEventsUpToTheEnd) {
  start();
  Wire wire(port());
  wire.send("GET /events HTTP/1.0\r\n\r\n");
  auto const head = wire.answer(true);
  EXPECT_EQ(head.value("Connection"), "close");
  EXPECT_EQ(head.value("Transfer-Encoding"), "");
  EXPECT_EQ(wire.rest(), "data: 1\n\ndata: 2\n\n");
}

TEST_F(EventTest, HeadGetsNoEvents) {
  start();
  Wire wire(port());
  wire.send("HEAD /endless HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_EQ(wire.answer(true).value("Content-Type"), "text/event-stream");
  EXPECT_EQ(wire.ask(get("/hello")), "hello");
}

TEST_F(EventTest, AGoneClientIsNoticed) {
  start();
  auto wire = std::make_unique<Wire>(port());
  wire->send(get("/endless"));
  EXPECT_EQ(wire->answer(true).status, 200);
  EXPECT_EQ(wire->chunk(), "data: 1\n\n");
  EXPECT_EQ(alive, 1);
  wire.reset();
  EXPECT_TRUE(eventually([this] { return alive == 0; }));
}

TEST_F(EventTest, StopEndsStreamsInOrder) {
  start();
  Wire wire(port());
  wire.send(get("/endless"));
  EXPECT_EQ(wire.answer(true).status, 200);
  EXPECT_EQ(wire.chunk(), "data: 1\n\n");
  EXPECT_EQ(wire.chunk(), "data: 2\n\n");
  listener->stop(10s);
  EXPECT_EQ(wire.chunk(), "") << "the last chunk";
  EXPECT_TRUE(wire.ends());
  EXPECT_EQ(alive, 0);
}

// Keeps what it is given, in no more than pieces of 64 KiB and one at a time.
class Sink : public BodySink {
 public:
  Sink(std::atomic<int>& alive, std::size_t bytes_max) : alive_(alive), bytes_max_(bytes_max) {
    ++alive_;
  }
  ~Sink() override { --alive_; }
  Result<void> append(std::string_view bytes) override {
    EXPECT_FALSE(busy_.exchange(true)) << "two pieces at a time";
    EXPECT_LE(bytes.size(), 72u * 1024);
    if (size + bytes.size() > bytes_max_) return fail(Errc::low_disk, "no room");
    size += bytes.size();
    for (char const c : bytes) sum = sum * 31 + static_cast<unsigned char>(c);
    busy_ = false;
    return {};
  }
  std::size_t size = 0;
  std::uint64_t sum = 0;

 private:
  std::atomic<int>& alive_;
  std::size_t bytes_max_;
  std::atomic<bool> busy_{false};
};

class SpoolTest : public Serving {
 protected:
  SpoolTest() {
    auto& route = add(Method::post, "/upload", [this](Request const& request, Reply reply) {
      EXPECT_EQ(request.body, "");
      auto const* const sink = static_cast<Sink*>(request.spooled);
      if (request.query == "later") {
        pending.put("x", [reply, sink](Response) { reply(text(std::to_string(sink->size))); });
      } else {
        reply(text(std::to_string(sink->size) + " " + std::to_string(sink->sum)));
      }
    });
    route.body = BodyMode::spool;
    route.body_bytes_max = 100 << 20;
    route.open_sink = [this](Request const& request) -> Result<std::unique_ptr<BodySink>> {
      if (request.header("Authorization").empty()) return fail(Errc::unauthorised, "who are you?");
      return std::unique_ptr<BodySink>(std::make_unique<Sink>(alive, sink_bytes_max));
    };
    readd();
    body.reserve(5 << 20);
    for (int i = 0; body.size() < 5 << 20; ++i) body += std::to_string(i);
    for (char const c : body) sum = sum * 31 + static_cast<unsigned char>(c);
  }
  std::string told() const { return std::to_string(body.size()) + " " + std::to_string(sum); }

  std::atomic<int> alive{0};
  std::size_t sink_bytes_max = 1 << 30;
  std::string body;
  std::uint64_t sum = 0;
};

constexpr std::string_view kAuth = "Authorization: Bearer t\r\n";

TEST_F(SpoolTest, TheSinkGetsTheBodyInOrder) {
  start();
  Wire wire(port());
  EXPECT_EQ(wire.ask(post("/upload", body, kAuth)), told());
  EXPECT_EQ(wire.ask(get("/hello")), "hello");
  EXPECT_EQ(wire.ask(post("/upload", "", kAuth)), "0 0");
  EXPECT_EQ(wire.ask(post("/upload", "a", kAuth)), "1 97");
  EXPECT_TRUE(eventually([this] { return alive == 0; }));
}

TEST_F(SpoolTest, ChunkedUploadsToo) {
  start();
  Wire wire(port());
  std::string request =
      "POST /upload HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + std::string(kAuth) + "\r\n";
  for (std::size_t at = 0; at < body.size(); at += 0x1fff) {
    auto const piece = body.substr(at, 0x1fff);
    char size[20];
    std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
    request += size + piece + "\r\n";
  }
  EXPECT_EQ(wire.ask(request + "0\r\n\r\n"), told());
}

TEST_F(SpoolTest, AStrangerIsRefusedBeforeTheBody) {
  start();
  Wire wire(port());
  wire.send("POST /upload HTTP/1.1\r\nContent-Length: 5000000\r\nExpect: 100-continue\r\n\r\n");
  auto const answer = wire.answer();
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body, "failure: who are you?");
  EXPECT_EQ(answer.value("Connection"), "close");
}

TEST_F(SpoolTest, TooLargeIsRefused) {
  start();
  Wire wire(port());
  wire.send("POST /upload HTTP/1.1\r\nContent-Length: 200000000\r\n" + std::string(kAuth) + "\r\n");
  EXPECT_EQ(wire.answer().status, 413);
}

TEST_F(SpoolTest, AFailingSinkEndsTheRequest) {
  sink_bytes_max = 1 << 20;
  start();
  Wire wire(port());
  wire.send(post("/upload", body, kAuth));
  auto const answer = wire.answer();
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body, "failure: no room");
}

TEST_F(SpoolTest, TheSinkLivesUntilTheReply) {
  start();
  Wire wire(port());
  wire.send(post("/upload?later", "abc", kAuth));
  auto const [what, reply] = pending.take();
  EXPECT_EQ(alive, 1);
  reply({});
  EXPECT_EQ(wire.answer().body, "3");
  EXPECT_TRUE(eventually([this] { return alive == 0; }));
}

TEST_F(SpoolTest, AnUploadBrokenOffLeavesNothing) {
  start();
  auto wire = std::make_unique<Wire>(port());
  wire->send("POST /upload HTTP/1.1\r\nContent-Length: 5000000\r\n" + std::string(kAuth) + "\r\n" +
             body.substr(0, 1 << 20));
  EXPECT_TRUE(eventually([this] { return alive == 1; }));
  wire.reset();
  EXPECT_TRUE(eventually([this] { return alive == 0; }));
}

TEST_F(SpoolTest, ManyUploadsAtOnce) {
  options.threads = 2;
  start();
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([this] {
      Wire wire(port());
      EXPECT_EQ(wire.ask(post("/upload", body, kAuth)), told());
    });
  }
  for (auto& client : clients) client.join();
}

}  // namespace
}  // namespace carillon::http
