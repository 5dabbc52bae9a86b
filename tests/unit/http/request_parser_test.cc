#include "http/request_parser.h"

#include <memory>
#include <random>

#include <gtest/gtest.h>

namespace carillon::http {
namespace {

struct Collected : BodyReceiver {
  bool receive(std::string_view piece) override {
    body += piece;
    return body.size() <= bytes_max;
  }
  std::string body;
  std::size_t bytes_max = 1000;
};

class RequestParserTest : public testing::Test {
 protected:
  int head(std::string text) {
    text_ = std::move(text);
    headers.clear();
    parser = std::make_unique<RequestParser>(headers, 5, collected);
    return parser->parse_head(text_);
  }
  // Gives the body byte by byte.
  BodyState body(std::string_view bytes) {
    auto state = BodyState::more;
    for (std::size_t i = 0; i < bytes.size() && state == BodyState::more; ++i) {
      state = parser->parse_body(bytes.substr(i, 1)).state;
    }
    return state;
  }

  std::vector<Header> headers;
  Collected collected;
  std::unique_ptr<RequestParser> parser;

 private:
  std::string text_;
};

using State = BodyState;

TEST_F(RequestParserTest, ReadsAHead) {
  ASSERT_EQ(head("POST /a?b=c HTTP/1.1\r\nHost:  x \r\ncontent-length: 3\r\n\r\n"), 0);
  EXPECT_EQ(parser->method(), Method::post);
  EXPECT_EQ(parser->target(), "/a?b=c");
  EXPECT_TRUE(parser->keep_alive());
  EXPECT_TRUE(parser->has_body());
  EXPECT_EQ(parser->content_length(), 3u);
  ASSERT_EQ(headers.size(), 2u);
  EXPECT_EQ(headers[0].value, "x");
}

TEST_F(RequestParserTest, RefusesWhatIsNoRequest) {
  for (char const* const bad :
       {"GET /a\r\n\r\n", "GET  /a HTTP/1.1\r\n\r\n", "GET /a HTTP/2.0\r\n\r\n",
        "GET /a HTTP/1.1 \r\n\r\n", "GET /\x01 HTTP/1.1\r\n\r\n", " GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nNo colon\r\n\r\n", "GET / HTTP/1.1\r\n: x\r\n\r\n",
        "GET / HTTP/1.1\r\nA : x\r\n\r\n", "GET / HTTP/1.1\r\nA: x\x01y\r\n\r\n",
        "GET / HTTP/1.1\r\nA: x\r\n folded\r\n\r\n", "GET / HTTP/1.1\r\nA:\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\nA: x\r\n \r\n\r\n", "G(T / HTTP/1.1\r\n\r\n"}) {
    EXPECT_EQ(head(bad), 400) << bad;
  }
}

TEST_F(RequestParserTest, RefusesAnAmbiguousLength) {
  std::string const line = "POST / HTTP/1.1\r\n";
  for (char const* const bad :
       {"Content-Length: 1\r\nContent-Length: 2\r\n\r\n", "Content-Length: 1, 2\r\n\r\n",
        "Content-Length: -1\r\n\r\n", "Content-Length: 0x1\r\n\r\n", "Content-Length:\r\n\r\n",
        "Content-Length: 99999999999999999999\r\n\r\n", "Content-Length: 1 2\r\n\r\n",
        "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
        "Transfer-Encoding: gzip, chunked\r\n\r\n", "Transfer-Encoding: chunked, gzip\r\n\r\n",
        "Transfer-Encoding: identity\r\n\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"}) {
    EXPECT_EQ(head(line + bad), 400) << bad;
  }
  EXPECT_EQ(head(line + "Content-Length: 1\r\nContent-Length: 1\r\n\r\n"), 0);
  EXPECT_EQ(head("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
}

TEST_F(RequestParserTest, HasLimits) {
  EXPECT_EQ(head("GET / HTTP/1.1\r\nA:\r\nB:\r\nC:\r\nD:\r\nE:\r\n\r\n"), 0);
  EXPECT_EQ(head("GET / HTTP/1.1\r\nA:\r\nB:\r\nC:\r\nD:\r\nE:\r\nF:\r\n\r\n"), 431);
  EXPECT_EQ(head("GET /" + std::string(8 * 1024 - 1, 'a') + " HTTP/1.1\r\n\r\n"), 0);
  EXPECT_EQ(head("GET /" + std::string(8 * 1024, 'a') + " HTTP/1.1\r\n\r\n"), 414);
}

TEST_F(RequestParserTest, ReadsChunksByteByByte) {
  ASSERT_EQ(head("POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n"), 0);
  EXPECT_EQ(body("3;ext=1\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n"), State::done);
  EXPECT_EQ(collected.body, "abc0123456789");
  EXPECT_EQ(headers.size(), 1u) << "a trailer is no header";
  ASSERT_EQ(head("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"), 0);
  EXPECT_EQ(body("00000\t;x\r\n\r\n"), State::done);
}

TEST_F(RequestParserTest, RefusesBadChunks) {
  for (char const* const bad :
       {"x\r\n", "3\r\nabcd\r\n0\r\n\r\n", "3\nabc", "-1\r\n", "1000000000000000\r\n", "0x3\r\n",
        "3\rabc", "3\r\nabc\n", "\r\n", ";x\r\n", "3;a\nb", "0\r\n\n", "0\r\nA\nB", "0\r\nA\r\r"}) {
    ASSERT_EQ(head("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"), 0);
    EXPECT_EQ(body(bad), State::bad) << bad;
  }
}

TEST_F(RequestParserTest, AChunkLineIsBounded) {
  ASSERT_EQ(head("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"), 0);
  EXPECT_EQ(body("1;" + std::string(5000, 'x')), State::bad);
  ASSERT_EQ(head("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"), 0);
  EXPECT_EQ(body("0\r\nA: " + std::string(5000, 'x')), State::bad);
}

TEST_F(RequestParserTest, StopsWhenTheReceiverHasEnough) {
  collected.bytes_max = 4;
  ASSERT_EQ(head("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"), 0);
  EXPECT_EQ(body("8\r\n01234567\r\n0\r\n\r\n"), State::stopped);
}

TEST_F(RequestParserTest, DamagedChunksMeanTheSameInPiecesOfAnySize) {
  std::string const good = "3;ext=1\r\nabc\r\nA\r\n0123456789\r\n00\r\nTrailer: x\r\n\r\nGET /next";
  std::mt19937 random(1);
  for (int round = 0; round < 5000; ++round) {
    auto damaged = good;
    for (auto changes = random() % 3; changes > 0; --changes) {
      auto const at = random() % damaged.size();
      switch (random() % 3) {
        case 0:
          damaged[at] = static_cast<char>(random());
          break;
        case 1:
          damaged.erase(at, 1 + random() % 3);
          break;
        default:
          damaged.insert(at, 1, "\r\n;0a"[random() % 5]);
      }
    }
    Collected whole;
    auto const expected = ChunkDecoder().decode(damaged, whole);
    Collected pieces;
    ChunkDecoder decoder;
    BodyStep step{BodyState::more, 0};
    std::size_t used = 0;
    while (used < damaged.size() && step.state == BodyState::more) {
      step = decoder.decode(std::string_view(damaged).substr(used, 1 + random() % 5), pieces);
      used += step.used;
    }
    ASSERT_EQ(step.state, expected.state) << damaged;
    ASSERT_EQ(pieces.body, whole.body) << damaged;
    if (step.state == BodyState::done) {
      ASSERT_EQ(used, expected.used) << damaged;
    }
  }
}

TEST_F(RequestParserTest, DamagedHeadsAreRefusedOrRead) {
  std::string const good =
      "POST /a/b?c=d HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\nConnection: close\r\n\r\n";
  std::mt19937 random(2);
  for (int round = 0; round < 5000; ++round) {
    auto damaged = good.substr(0, good.size() - 4);
    for (auto changes = 1 + random() % 4; changes > 0; --changes) {
      auto const at = random() % damaged.size();
      if (random() % 2 == 0) {
        damaged[at] = static_cast<char>(random());
      } else {
        damaged.insert(at, 1, "\r\n: ,\t/"[random() % 7]);
      }
    }
    auto const end = damaged.find("\r\n\r\n");
    auto const status = head(damaged.substr(0, end) + "\r\n\r\n");
    ASSERT_TRUE(status == 0 || status == 400) << status << damaged;
    if (status == 0) {
      ASSERT_FALSE(parser->target().empty());
    }
  }
}

TEST_F(RequestParserTest, LeavesWhatFollowsTheBody) {
  ASSERT_EQ(head("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n"), 0);
  auto const step = parser->parse_body("abcGET");
  EXPECT_EQ(step.state, State::done);
  EXPECT_EQ(step.used, 3u);
}

}  // namespace
}  // namespace carillon::http
