// WebSockets on a real listener, spoken to byte by byte.
#include "http/websocket.h"

#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/websocket_frames.h"
#include "http/websocket_handshake.h"
#include "tests/unit/http/serving.h"
#include "tests/unit/http/websocket_client.h"

namespace carillon::http {
namespace {

using namespace std::chrono_literals;

// What the handlers of one test have in common.
struct Desk {
  std::mutex mutex;
  std::vector<WebSocket> sockets;
  std::vector<std::uint16_t> closes;
  std::atomic<int> opened{0};
  std::atomic<int> ended{0};
  std::atomic<int> alive{0};

  WebSocket socket(std::size_t n) {
    std::lock_guard const lock(mutex);
    return sockets.at(n);
  }
  std::uint16_t last_close() {
    std::lock_guard const lock(mutex);
    return closes.empty() ? std::uint16_t{0} : closes.back();
  }
};

// Sends back what it gets; "throw" throws, "bye" closes, "quiet" says nothing.
class Echo final : public WebSocketHandler {
 public:
  explicit Echo(Desk& desk) : desk_(desk) { ++desk_.alive; }
  ~Echo() override { --desk_.alive; }
  void on_open(WebSocket const& socket) override {
    socket_.emplace(socket);
    std::lock_guard const lock(desk_.mutex);
    desk_.sockets.push_back(socket);
    ++desk_.opened;
  }
  void on_message(MessageKind kind, std::string_view payload) override {
    if (payload == "throw") throw std::runtime_error("as told");
    if (payload == "bye") return socket_->close(4001, "as told");
    if (payload != "quiet") socket_->send(make_frame(kind, payload));
  }
  void on_close(std::uint16_t code) override {
    std::lock_guard const lock(desk_.mutex);
    desk_.closes.push_back(code);
    ++desk_.ended;
  }

 private:
  Desk& desk_;
  std::optional<WebSocket> socket_;
};

class WebSocketTest : public Serving {
 protected:
  WebSocketTest() {
    add(Method::get, "/ws", [this](Request const& request, Reply reply) {
      reply(accept_websocket(request, std::make_unique<Echo>(desk), ws));
    });
  }
  // A connection past its handshake.
  std::unique_ptr<Wire> open(int receive_buffer = 0) {
    auto wire = std::make_unique<Wire>(port(), receive_buffer);
    wire->send(get("/ws", kHandshakeHeaders));
    auto const answer = wire->answer(true);
    EXPECT_EQ(answer.status, 101);
    EXPECT_EQ(answer.value("Sec-WebSocket-Accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    return wire;
  }
  // What comes back until the server ends the connection.
  std::string all_of(Wire& wire) { return wire.rest(); }

  WebSocketOptions ws;
  Desk desk;
};

std::string frame(int opcode, std::string_view payload) {
  return std::string(Frame(static_cast<Opcode>(opcode), payload).bytes());
}
std::string closing(std::uint16_t code, std::string_view reason = "") {
  return std::string(make_close_frame(code, reason)->bytes());
}

TEST_F(WebSocketTest, TheHandshakeIsAnsweredAndFramesBehindItAreRead) {
  start();
  Wire wire(port());
  wire.send(get("/hello") + get("/ws", kHandshakeHeaders) + client_frame(1, "early"));
  EXPECT_EQ(wire.answer().body, "hello");
  auto const answer = wire.answer(true);
  EXPECT_EQ(answer.head.substr(0, 34), "HTTP/1.1 101 Switching Protocols\r\n");
  EXPECT_TRUE(answer.has("Upgrade: websocket"));
  EXPECT_TRUE(answer.has("Connection: Upgrade"));
  EXPECT_EQ(answer.value("Content-Length"), "");
  EXPECT_EQ(answer.value("Sec-WebSocket-Accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  wire.send(client_frame(8, "\x03\xe8"));
  EXPECT_EQ(all_of(wire), frame(1, "early") + closing(1000));
  EXPECT_TRUE(eventually([&] { return desk.ended == 1 && desk.alive == 0; }));
  EXPECT_TRUE(eventually([&] { return desk.last_close() == 1000; }));
}

TEST_F(WebSocketTest, WhatIsNoHandshakeIsRefused) {
  start();
  Wire wire(port());
  wire.send(get("/ws"));
  EXPECT_EQ(wire.answer().status, 400);
  wire.send(
      get("/ws", "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8\r\n"));
  auto const old = wire.answer();
  EXPECT_EQ(old.status, 426);
  EXPECT_EQ(old.value("Sec-WebSocket-Version"), "13");
  wire.send(get("/ws",
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: short\r\n"));
  EXPECT_EQ(wire.answer().status, 400);
  wire.send("HEAD /ws HTTP/1.1\r\nHost: t\r\n" + std::string(kHandshakeHeaders) + "\r\n");
  EXPECT_EQ(wire.answer(true).status, 400);
  EXPECT_EQ(wire.ask(get("/hello")), "hello") << "the connection goes on";
  Wire ancient(port());
  ancient.send("GET /ws HTTP/1.0\r\n" + std::string(kHandshakeHeaders) + "\r\n");
  EXPECT_EQ(ancient.answer().status, 400);
  EXPECT_EQ(desk.opened, 0);
  EXPECT_EQ(desk.alive, 0);
}

TEST_F(WebSocketTest, PingsAreAnsweredAndMessagesKeepTheirOrder) {
  start();
  auto const wire = open();
  std::string expected;
  std::string said;
  for (int n = 0; n < 200; ++n) {
    auto const text = std::string(static_cast<std::size_t>(n * 37), 'a') + std::to_string(n);
    said += client_frame(2, text) + client_frame(9, std::to_string(n));
    expected += frame(2, text) + frame(10, std::to_string(n));
  }
  wire->send(said + client_frame(8, ""));
  EXPECT_EQ(all_of(*wire), expected + closing(close_code::kNone));
}

TEST_F(WebSocketTest, ABadFrameIsAnsweredWithItsCodeAndTheEnd) {
  start();
  for (auto const& [bytes, code] : std::vector<std::pair<std::string, std::uint16_t>>{
           {std::string("\x81\x01x", 3), 1002},
           {client_frame(1, "\xff"), 1007},
           {client_frame(2, std::string(70'000, 'x')), 1009}}) {
    auto const wire = open();
    wire->send(client_frame(1, "good") + bytes);
    EXPECT_EQ(all_of(*wire), frame(1, "good") + closing(code));
    EXPECT_TRUE(eventually([&, want = code] { return desk.last_close() == want; }));
  }
  EXPECT_TRUE(eventually([&] { return desk.alive == 0; }));
}

TEST_F(WebSocketTest, TheServerClosesInOrder) {
  start();
  auto const wire = open();
  wire->send(client_frame(1, "last words") + client_frame(1, "bye"));
  auto const words = frame(1, "last words") + closing(4001, "as told");
  EXPECT_EQ(wire->take(words.size()), words);
  EXPECT_EQ(desk.ended, 0) << "the client has not closed yet";
  wire->send(client_frame(8, "\x0f\xa1"));
  EXPECT_TRUE(wire->ends());
  EXPECT_TRUE(eventually([&] { return desk.last_close() == 4001; }));
}

TEST_F(WebSocketTest, SendsFromOtherThreadsKeepTheirOrder) {
  start();
  auto const wire = open();
  ASSERT_TRUE(eventually([&] { return desk.opened == 1; }));
  auto const socket = desk.socket(0);
  std::string expected;
  for (int n = 0; n < 500; ++n) {
    socket.send(make_frame(MessageKind::text, std::to_string(n)));
    expected += frame(1, std::to_string(n));
  }
  socket.close(1000);
  wire->send(client_frame(8, "\x03\xe8"));
  EXPECT_EQ(all_of(*wire), expected + closing(1000));
  EXPECT_TRUE(eventually([&] { return desk.alive == 0; }));
  socket.send(make_frame(MessageKind::text, "to the dead"));
  socket.close(1000);
}

TEST_F(WebSocketTest, OneFrameGoesToManySocketsAndARevokedOneToNone) {
  options.threads = 2;
  start();
  std::vector<std::unique_ptr<Wire>> wires;
  for (int n = 0; n < 20; ++n) wires.push_back(open());
  ASSERT_TRUE(eventually([&] { return desk.opened == 20; }));
  auto const good = make_frame(MessageKind::text, std::string(5000, 'g'));
  auto const revoked = make_frame(MessageKind::text, "never shown");
  revoked->revoke();
  for (std::size_t n = 0; n < 20; ++n) {
    auto const socket = desk.socket(n);
    socket.send(revoked);
    socket.send(good);
    socket.close(1000);
  }
  for (auto const& wire : wires) {
    wire->send(client_frame(8, "\x03\xe8"));
    EXPECT_EQ(all_of(*wire), std::string(good->bytes()) + closing(1000));
  }
  EXPECT_TRUE(eventually([&] { return desk.alive == 0; }));
  EXPECT_EQ(good.use_count(), 1) << "nobody keeps it";
}

TEST_F(WebSocketTest, WhoDoesNotReadIsSentAwayAndNobodyElse) {
  ws.queue_bytes_max = 256 * 1024;
  start();
  auto const slow = open(4096);
  auto const good = open();
  ASSERT_TRUE(eventually([&] { return desk.opened == 2; }));
  auto const big = make_frame(MessageKind::binary, std::string(64 * 1024, 'x'));
  for (int n = 0; n < 200; ++n) desk.socket(0).send(big);
  good->send(client_frame(1, "still here") + client_frame(8, ""));
  EXPECT_EQ(all_of(*good), frame(1, "still here") + closing(close_code::kNone));
  slow->send(client_frame(8, "\x03\xf5"));
  auto const got = all_of(*slow);
  auto const last = closing(close_code::kTryLater, "resync");
  ASSERT_TRUE(got.ends_with(last));
  EXPECT_LT(got.size(), 100 * big->bytes().size()) << "the queue is bounded";
  EXPECT_EQ((got.size() - last.size()) % big->bytes().size(), 0u) << "whole frames only";
  EXPECT_TRUE(eventually([&] { return desk.alive == 0; }));
}

TEST_F(WebSocketTest, WhoseTimeIsOverIsToldSo) {
  ws.open_max = 1s;
  start();
  auto const wire = open();
  wire->send(client_frame(1, "still here"));
  auto const words = frame(1, "still here") + closing(close_code::kPolicy, "expired");
  EXPECT_EQ(wire->take(words.size()), words);
  wire->send(client_frame(8, "\x03\xf0"));
  EXPECT_TRUE(wire->ends());
  EXPECT_TRUE(eventually([&] { return desk.alive == 0; }));
}

TEST_F(WebSocketTest, WhatDoesNotFitTheSocketComesInOrderLater) {
  ws.queue_bytes_max = 64 << 20;
  start();
  auto const wire = open(4096);
  ASSERT_TRUE(eventually([&] { return desk.opened == 1; }));
  std::string expected;
  for (int n = 0; n < 300; ++n) {
    auto const text = std::string(static_cast<std::size_t>(n % 7 == 0 ? 90'000 : n), 'x');
    desk.socket(0).send(make_frame(MessageKind::text, text));
    expected += frame(1, text);
  }
  wire->send(client_frame(8, ""));
  EXPECT_EQ(all_of(*wire), expected + closing(close_code::kNone));
}

TEST_F(WebSocketTest, ASilentPeerIsPingedThenDropped) {
  ws.ping_after = 0s;
  ws.silence_max = 1s;
  start();
  auto const wire = open();
  EXPECT_EQ(all_of(*wire), frame(9, ""));
  EXPECT_TRUE(eventually([&] { return desk.last_close() == close_code::kAbnormal; }));
  EXPECT_TRUE(eventually([&] { return desk.alive == 0; }));
}

TEST_F(WebSocketTest, AStopSaysGoingAwayAndEnds) {
  start();
  auto const wire = open();
  ASSERT_TRUE(eventually([&] { return desk.opened == 1; }));
  auto stopped = std::async(std::launch::async, [&] { listener->stop(10s); });
  wire->send(client_frame(8, "\x03\xe9"));
  EXPECT_EQ(all_of(*wire), closing(1001));
  wire->close();
  EXPECT_EQ(stopped.wait_for(5s), std::future_status::ready);
  EXPECT_EQ(desk.alive, 0);
}

TEST_F(WebSocketTest, AnAbortEndsWhoDoesNotAnswer) {
  start();
  auto const wire = open();
  ASSERT_TRUE(eventually([&] { return desk.opened == 1; }));
  listener->stop(0s);
  EXPECT_EQ(desk.alive, 0);
  EXPECT_EQ(desk.ended, 1);
}

TEST_F(WebSocketTest, AThrowingHandlerEndsItsOwnSocketOnly) {
  start();
  auto const wire = open();
  auto const other = open();
  wire->send(client_frame(1, "throw"));
  EXPECT_EQ(all_of(*wire), closing(1011));
  EXPECT_THAT(errors(), testing::HasSubstr("as told"));
  other->send(client_frame(1, "alive") + client_frame(8, ""));
  EXPECT_EQ(all_of(*other), frame(1, "alive") + closing(close_code::kNone));
}

TEST_F(WebSocketTest, SocketsAreCounted) {
  start();
  auto wire = open();
  EXPECT_TRUE(eventually([&] { return listener->stats().websockets_open == 1; }));
  EXPECT_TRUE(eventually([&] { return listener->stats().connections_open == 1; }));
  wire.reset();
  EXPECT_TRUE(eventually([&] { return listener->stats().connections_open == 0; }));
  EXPECT_EQ(listener->stats().websockets_open, 0u);
}

TEST_F(WebSocketTest, JobsRunOnTheSocketsThread) {
  start();
  auto const wire = open();
  ASSERT_TRUE(eventually([&] { return desk.opened == 1; }));
  auto const socket = desk.socket(0);
  std::promise<std::thread::id> first;
  std::promise<std::thread::id> second;
  socket.post([&] {
    first.set_value(std::this_thread::get_id());
    socket.send(make_frame(MessageKind::text, "from the job"));
    socket.post([&] { second.set_value(std::this_thread::get_id()); });
  });
  auto const thread = first.get_future().get();
  EXPECT_EQ(thread, second.get_future().get());
  EXPECT_NE(thread, std::this_thread::get_id());
  wire->send(client_frame(8, ""));
  EXPECT_EQ(all_of(*wire), frame(1, "from the job") + closing(close_code::kNone));
}

}  // namespace
}  // namespace carillon::http
