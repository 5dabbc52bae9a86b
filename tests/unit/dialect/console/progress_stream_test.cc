#include "dialect/console/progress_stream.h"

#include <gtest/gtest.h>

namespace carillon::console {
namespace {

struct Fixture {
  std::optional<BatchRecord> record = BatchRecord{};
  ProgressStream stream(StreamEnd end, std::uint32_t seen = 0) {
    return ProgressStream([this] { return record; },
                          [](BatchRecord const& now) {
                            return "{\"delivered\":" + std::to_string(now.delivered) + "}";
                          },
                          end, seen);
  }
  void move(std::uint32_t delivered, BatchState state = BatchState::sending) {
    ++record->revision;
    record->delivered = delivered;
    record->state = state;
  }
};

TEST(ProgressStream, TellsEachChangeOnce) {
  Fixture f;
  auto stream = f.stream(StreamEnd::when_done);
  EXPECT_EQ(stream.next(), "event: progress\nid: 1\ndata: {\"delivered\":0}\n\n");
  EXPECT_EQ(stream.next(), "");
  f.move(3);
  f.move(4);
  EXPECT_EQ(stream.next(), "event: progress\nid: 3\ndata: {\"delivered\":4}\n\n");
  EXPECT_EQ(stream.next(), "");
}

TEST(ProgressStream, EndsAfterTheLastEvent) {
  Fixture f;
  auto stream = f.stream(StreamEnd::when_done);
  stream.next();
  f.move(5, BatchState::sent);
  EXPECT_EQ(stream.next(), "event: progress\nid: 2\ndata: {\"delivered\":5}\n\n");
  EXPECT_EQ(stream.next(), std::nullopt);
}

TEST(ProgressStream, FollowGoesOnAfterTheEnd) {
  Fixture f;
  f.move(5, BatchState::sent);
  auto stream = f.stream(StreamEnd::follow);
  EXPECT_NE(stream.next(), "");
  EXPECT_EQ(stream.next(), "");
  f.move(5, BatchState::recalled);
  EXPECT_NE(stream.next(), "");
  EXPECT_EQ(stream.next(), "");
}

TEST(ProgressStream, SeenRevisionIsNotRepeated) {
  Fixture f;
  auto stream = f.stream(StreamEnd::when_done, 1);
  EXPECT_EQ(stream.next(), "");
  f.move(1, BatchState::sent);
  auto done = f.stream(StreamEnd::when_done, 2);
  EXPECT_EQ(done.next(), std::nullopt);
}

TEST(ProgressStream, EndsWhenTheBatchIsOutOfSight) {
  Fixture f;
  auto stream = f.stream(StreamEnd::follow);
  stream.next();
  f.record.reset();
  EXPECT_EQ(stream.next(), std::nullopt);
}

}  // namespace
}  // namespace carillon::console
