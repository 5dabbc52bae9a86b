// Frames by the byte: what is taken, what is refused and with which code, in pieces of any size.
#include "http/websocket_frames.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/http/websocket_client.h"

namespace carillon::http {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Writes down what it hears.
class Heard final : public FrameReceiver {
 public:
  void on_message(MessageKind kind, std::string_view payload) override {
    said.push_back((kind == MessageKind::text ? "text " : "binary ") + std::string(payload));
  }
  void on_ping(std::string_view payload) override {
    said.push_back("ping " + std::string(payload));
  }
  void on_pong(std::string_view payload) override {
    said.push_back("pong " + std::string(payload));
  }
  void on_peer_close(std::uint16_t code, std::string_view reason) override {
    said.push_back("close " + std::to_string(code) + " " + std::string(reason));
  }
  std::vector<std::string> said;
};

struct Outcome {
  std::uint16_t code = 0;
  std::vector<std::string> said;
};

Outcome read(std::string bytes, std::size_t piece, std::uint32_t message_bytes_max = 1 << 20) {
  FrameReader reader(message_bytes_max);
  Heard heard;
  Outcome out;
  for (std::size_t at = 0; at < bytes.size() && out.code == 0; at += piece) {
    out.code = reader.take(bytes.data() + at, std::min(piece, bytes.size() - at), heard);
  }
  out.said = std::move(heard.said);
  return out;
}

// The same whatever the pieces are.
Outcome read(std::string const& bytes) {
  auto const whole = read(bytes, bytes.size());
  for (std::size_t const piece : {1, 2, 3, 7, 64}) {
    auto const again = read(bytes, piece);
    EXPECT_EQ(again.code, whole.code) << "in pieces of " << piece;
    EXPECT_EQ(again.said, whole.said) << "in pieces of " << piece;
  }
  return whole;
}

TEST(WebSocketFrames, MessagesOfEveryLengthFormAreUnmasked) {
  for (std::size_t const size : {0, 1, 125, 126, 127, 65535, 65536, 70000}) {
    std::string const payload(size, 'x');
    EXPECT_THAT(read(client_frame(1, payload)).said, ElementsAre("text " + payload)) << size;
  }
  EXPECT_THAT(read(client_frame(2, "\xff\x00")).said, ElementsAre("binary \xff"));
}

TEST(WebSocketFrames, FragmentsAreJoinedAndControlFramesMayComeBetween) {
  auto const bytes = client_frame(1, "one ", false) + client_frame(9, "p") +
                     client_frame(0, "", false) + client_frame(10, "q") + client_frame(0, "two") +
                     client_frame(1, "three");
  EXPECT_THAT(read(bytes).said, ElementsAre("ping p", "pong q", "text one two", "text three"));
}

TEST(WebSocketFrames, ACharacterMayBeCutByFragments) {
  auto const bytes = client_frame(1, "\xe4\xbd", false) + client_frame(0, "\xa0");
  EXPECT_THAT(read(bytes).said, ElementsAre("text \xe4\xbd\xa0"));
}

TEST(WebSocketFrames, BadTextIsRefusedAtItsFirstBadByte) {
  for (std::string const bad :
       {"\x80", "\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80", "ok\xff"}) {
    EXPECT_EQ(read(client_frame(1, bad)).code, close_code::kBadText) << bad;
    EXPECT_EQ(read(client_frame(1, bad, false)).code, close_code::kBadText)
        << "not waiting for more";
    EXPECT_EQ(read(client_frame(2, bad)).code, 0) << "binary is anything";
  }
  EXPECT_EQ(read(client_frame(1, "\xe4\xbd")).code, close_code::kBadText) << "incomplete";
  EXPECT_EQ(read(client_frame(1, "\xf0\x9f\x98\x80 \xed\x9f\xbf \xf4\x8f\xbf\xbf")).code, 0);
}

TEST(WebSocketFrames, WhatBreaksTheProtocolIsRefused) {
  auto const broken = [](std::string bytes) { return read(bytes).code; };
  EXPECT_EQ(broken(client_frame(0, "x")), close_code::kProtocol) << "continues nothing";
  EXPECT_EQ(broken(client_frame(1, "x", false) + client_frame(1, "y")), close_code::kProtocol);
  for (int const opcode : {3, 7, 11, 15}) {
    EXPECT_EQ(broken(client_frame(opcode, "x")), close_code::kProtocol) << opcode;
  }
  for (int const bit : {0x40, 0x20, 0x10}) {
    auto bytes = client_frame(1, "x");
    bytes[0] = static_cast<char>(bytes[0] | bit);
    EXPECT_EQ(broken(bytes), close_code::kProtocol) << bit;
  }
  EXPECT_EQ(broken(std::string("\x81\x01x", 3)), close_code::kProtocol) << "not masked";
  EXPECT_EQ(broken(client_frame(9, std::string(126, 'x'))), close_code::kProtocol) << "long ping";
  EXPECT_EQ(broken(client_frame(9, "x", false)), close_code::kProtocol) << "a ping in fragments";
  EXPECT_EQ(broken(std::string("\x81\xfe\x00\x05MASKhello", 13)), close_code::kProtocol)
      << "a length longer than needed";
  EXPECT_EQ(broken(std::string("\x82\xff\x80\x00\x00\x00\x00\x00\x00\x00MASK", 14)),
            close_code::kProtocol);
}

TEST(WebSocketFrames, ClosesAreCheckedAndEndTheReading) {
  EXPECT_THAT(read(client_frame(8, "") + client_frame(1, "late")).said, ElementsAre("close 1005 "));
  EXPECT_THAT(read(client_frame(8,
                                "\x03\xe8"
                                "bye"))
                  .said,
              ElementsAre("close 1000 bye"));
  EXPECT_THAT(read(client_frame(8, "\x0f\xa0")).said, ElementsAre("close 4000 "));
  EXPECT_EQ(read(client_frame(8, "\x03")).code, close_code::kProtocol) << "half a code";
  for (int const code : {0, 999, 1004, 1005, 1006, 1015, 2999, 5000}) {
    std::string const payload{static_cast<char>(code >> 8), static_cast<char>(code)};
    EXPECT_EQ(read(client_frame(8, payload)).code, close_code::kProtocol) << code;
  }
  EXPECT_EQ(read(client_frame(8, "\x03\xe8\xff")).code, close_code::kBadText);
}

TEST(WebSocketFrames, AMessageOverItsLimitIsRefusedByItsAnnouncedLength) {
  EXPECT_EQ(read(client_frame(2, std::string(100, 'x')), 200, 100).code, 0);
  auto const head = client_frame(2, std::string(101, 'x')).substr(0, 6);
  EXPECT_EQ(read(head, head.size(), 100).code, close_code::kTooBig);
  auto const parts = client_frame(2, std::string(60, 'x'), false) +
                     client_frame(0, std::string(41, 'x')).substr(0, 6);
  EXPECT_EQ(read(parts, parts.size(), 100).code, close_code::kTooBig) << "fragments together";
  std::string const huge("\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xffMASK", 14);
  EXPECT_EQ(read(huge, huge.size(), 100).code, close_code::kTooBig);
}

TEST(WebSocketFrames, NothingIsHeldBetweenMessages) {
  FrameReader reader(1 << 20);
  Heard heard;
  auto bytes = client_frame(1, std::string(1000, 'x'), false) + client_frame(0, "y");
  EXPECT_EQ(reader.take(bytes.data(), 500, heard), 0);
  EXPECT_GE(reader.held_bytes(), 400u);
  EXPECT_EQ(reader.take(bytes.data() + 500, bytes.size() - 500, heard), 0);
  EXPECT_LT(reader.held_bytes(), 64u);
}

TEST(WebSocketFrames, ServerFramesAreWholeAndUnmasked) {
  EXPECT_EQ(make_frame(MessageKind::text, "hi")->bytes(), "\x81\x02hi");
  EXPECT_EQ(make_frame(MessageKind::binary, std::string(126, 'x'))->bytes().substr(0, 4),
            std::string("\x82\x7e\x00\x7e", 4));
  EXPECT_EQ(make_frame(MessageKind::binary, std::string(65536, 'x'))->bytes().substr(0, 10),
            std::string("\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10));
  EXPECT_EQ(make_close_frame(close_code::kNone, "")->bytes(), std::string("\x88\x00", 2));
  EXPECT_EQ(make_close_frame(1000, "bye")->bytes(),
            "\x88\x05\x03\xe8"
            "bye");
}

TEST(WebSocketFrames, AReasonIsCutBetweenCharacters) {
  std::string reason;
  while (reason.size() < 200) reason += "\xe4\xbd\xa0";
  auto const frame = make_close_frame(1001, reason);
  auto const bytes = frame->bytes();
  ASSERT_LE(bytes.size(), 127u);
  auto const kept = bytes.substr(4);
  EXPECT_EQ(kept.size() % 3, 0u);
  EXPECT_GT(kept.size(), 100u);
}

}  // namespace
}  // namespace carillon::http
