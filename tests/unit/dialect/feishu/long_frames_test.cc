// The protobuf frames of long connections, against bytes that the vendor's SDK writes.
#include "dialect/feishu/long_frames.h"

#include <gtest/gtest.h>

namespace carillon::feishu {
namespace {

LongFrame sample() {
  LongFrame out;
  out.seq_id = 1;
  out.log_id = 300;
  out.service = 33554678;
  out.method = 1;
  out.headers = {{"type", "event"}, {"message_id", "m"}};
  out.payload_encoding = "e";
  out.payload_type = "t";
  out.payload = std::string("\x00\xff{}", 4);
  out.log_id_new = "l";
  return out;
}

TEST(LongFrames, AreWrittenFieldByField) {
  LongFrame ping;
  ping.service = 2;
  ping.headers = {{"type", "ping"}};
  EXPECT_EQ(encode(ping), std::string("\x08\x00\x10\x00\x18\x02\x20\x00\x2a\x0c\x0a\x04type\x12\x04"
                                      "ping",
                                      22));
}

TEST(LongFrames, ComeBackAsTheyWere) {
  auto const frame = sample();
  auto const again = decode_frame(encode(frame));
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, frame);
  EXPECT_EQ(again->header("message_id"), "m");
  EXPECT_EQ(again->header("nothing"), "");
  LongFrame negative;
  negative.service = -5;
  EXPECT_EQ(decode_frame(encode(negative))->service, -5);
}

TEST(LongFrames, UnknownFieldsAreReadOver) {
  auto const known = encode(sample());
  std::string const more =
      "\x78\x05\x81\x01"
      "8bytes!!"
      "\x8d\x01"
      "four"
      "\x92\x01\x02hi";
  auto const frame = decode_frame(more + known);
  ASSERT_TRUE(frame);
  EXPECT_EQ(*frame, sample());
}

TEST(LongFrames, WhatIsNoFrameIsRefused) {
  auto const whole = encode(sample());
  for (std::size_t n = 0; n < whole.size() - 3; ++n) {
    auto const part = decode_frame(whole.substr(0, n));
    if (!part) continue;
    EXPECT_LT(part->payload.size() + part->log_id_new.size(), 5u) << n;
  }
  EXPECT_FALSE(decode_frame(""));
  EXPECT_FALSE(decode_frame(std::string("\x08\x00\x10\x00\x18\x00", 6))) << "no method";
  EXPECT_FALSE(decode_frame(whole + "\x0b")) << "a group";
  EXPECT_FALSE(decode_frame(whole + std::string("\x00\x00", 2))) << "field 0";
  EXPECT_FALSE(decode_frame(whole + "\x0a\x01x")) << "a text where a number belongs";
  EXPECT_FALSE(decode_frame(whole + "\x42\xff\xff\xff\xff\x0f")) << "a length beyond the end";
  EXPECT_FALSE(decode_frame(whole + "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"));
  EXPECT_FALSE(decode_frame(whole + std::string("\x2a\x03\x0a\x01k", 5))) << "no value";
  std::string many = whole;
  for (int n = 0; n < 64; ++n) many += std::string("\x2a\x04\x0a\x00\x12\x00", 6);
  EXPECT_FALSE(decode_frame(many));
}

}  // namespace
}  // namespace carillon::feishu
