#include "http/client.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/event_format.h"
#include "tests/unit/http/serving.h"

namespace carillon::http {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class Countdown : public EventStream {
 public:
  std::optional<std::string> next() override {
    if (left_ == 0) return std::nullopt;
    std::string out;
    append_event(out, "count", std::to_string(left_--));
    return out;
  }

 private:
  int left_ = 3;
};

class ClientTest : public Serving {
 protected:
  ClientTest() {
    add(Method::get, "/events", [](Request const&, Reply reply) {
      Response response;
      response.stream = std::make_unique<Countdown>();
      reply(std::move(response));
    });
  }
  Client client() {
    ClientOptions how;
    how.url = "http://127.0.0.1:" + std::to_string(port()) + "/";
    how.timeout = 5s;
    return *Client::open(how);
  }
};

TEST_F(ClientTest, SendsAndReceivesOnOneConnection) {
  start();
  auto http = client();
  for (int i = 0; i < 3; ++i) {
    auto const answer = http.send("POST", "/echo", {{"X-A", "b"}}, "body");
    ASSERT_TRUE(answer) << answer.error().detail;
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, "[body]");
    EXPECT_EQ(answer->header("content-type"), "application/json; charset=utf-8");
  }
  EXPECT_EQ(http.send("GET", "/nowhere", {}, "")->status, 404);
  EXPECT_EQ(http.send("HEAD", "/hello", {}, "")->body, "");
  EXPECT_EQ(http.send("GET", "/hello", {}, "")->body, "hello");
  EXPECT_EQ(listener->stats().connections_accepted, 1u);
}

TEST_F(ClientTest, ConnectsAgainWhenTheServerHasClosed) {
  options.idle_timeout = 1s;
  start();
  auto http = client();
  EXPECT_EQ(http.send("GET", "/hello", {}, "")->body, "hello");
  ASSERT_TRUE(eventually([&] { return listener->stats().connections_open == 0; }));
  EXPECT_EQ(http.send("GET", "/hello", {}, "")->body, "hello");
}

TEST_F(ClientTest, SendsAFileAndTakesAnEarlyAnswer) {
  start();
  auto const file = std::filesystem::path(testing::TempDir()) / "carillon_client_test.bin";
  std::ofstream(file, std::ios::binary) << std::string(500'000, 'f');
  auto http = client();
  auto const answer = http.send_file("POST", "/echo", {}, file);
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->body.size(), 500'002u);

  std::ofstream(file, std::ios::binary) << std::string(8 << 20, 'f');
  auto const refused = http.send_file("POST", "/echo", {}, file);
  ASSERT_TRUE(refused) << refused.error().detail;
  EXPECT_EQ(refused->status, 413);
  EXPECT_EQ(http.send("GET", "/hello", {}, "")->body, "hello");
  std::filesystem::remove(file);
  EXPECT_FALSE(http.send_file("POST", "/echo", {}, file));
}

TEST_F(ClientTest, ReadsAStreamLineByLine) {
  start();
  auto http = client();
  std::vector<std::string> lines;
  auto const all = http.stream_lines("/events", {}, [&](std::string_view line) {
    lines.emplace_back(line);
    return true;
  });
  ASSERT_TRUE(all) << all.error().detail;
  EXPECT_THAT(lines, ElementsAre("event: count", "data: 3", "", "event: count", "data: 2", "",
                                 "event: count", "data: 1", ""));
  int seen = 0;
  EXPECT_TRUE(http.stream_lines("/events", {}, [&](std::string_view) { return ++seen < 2; }));
  EXPECT_EQ(seen, 2);
  auto const refused = http.stream_lines("/nowhere", {}, [](std::string_view) { return true; });
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().detail, HasSubstr("404: no route"));
}

TEST_F(ClientTest, SaysWhatIsWrong) {
  for (std::string const bad :
       {"", "ftp://x", "http://", "127.0.0.1:80", "http://[::1", "http://h:x"}) {
    ClientOptions how;
    how.url = bad;
    EXPECT_FALSE(Client::open(how)) << bad;
  }
  start();
  auto http = client();
  listener.reset();
  auto const refused = http.send("GET", "/hello", {}, "");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().detail, HasSubstr("cannot connect to 127.0.0.1:"));
}

TEST_F(ClientTest, DoesNotWaitForEver) {
  start();
  ClientOptions how;
  how.url = "http://127.0.0.1:" + std::to_string(port());
  how.timeout = 1s;
  auto http = *Client::open(how);
  auto const late = http.send("GET", "/later?x", {}, "");
  ASSERT_FALSE(late);
  EXPECT_THAT(late.error().detail, HasSubstr("in time"));
}

TEST_F(ClientTest, AnAddressThatIsNotAllowedIsNotCalled) {
  start();
  ClientOptions how;
  how.url = "http://localhost:" + std::to_string(port());
  std::vector<std::string> asked;
  how.allow = [&](std::string_view address) -> Result<void> {
    asked.emplace_back(address);
    return fail(Errc::unavailable, "not that one");
  };
  auto const answer = Client::open(how)->send("GET", "/hello", {}, "");
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().detail, HasSubstr("not that one"));
  EXPECT_THAT(asked, testing::Contains("127.0.0.1"));
  EXPECT_EQ(listener->stats().connections_accepted, 0u);
}

TEST_F(ClientTest, TheTotalTimeBoundsAnAnswerThatNeverEnds) {
  start();
  ClientOptions how;
  how.url = "http://127.0.0.1:" + std::to_string(port());
  how.timeout = 20s;
  how.total = 200ms;
  auto http = *Client::open(how);
  EXPECT_TRUE(http.send("GET", "/hello", {}, ""));
  auto const started = std::chrono::steady_clock::now();
  EXPECT_FALSE(http.send("GET", "/later", {}, ""));
  EXPECT_LT(std::chrono::steady_clock::now() - started, 5s);
  EXPECT_FALSE(http.connected());
  EXPECT_TRUE(http.send("GET", "/hello", {}, "")) << "each call has its own time";
}

}  // namespace
}  // namespace carillon::http
