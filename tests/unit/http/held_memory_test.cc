#include "http/held_memory.h"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "http/buffer.h"

namespace carillon::http {
namespace {

class HeldMemoryTest : public testing::Test {
 protected:
  struct Peer : HeldMemory::Holder {
    Peer(std::string& log, char who) : told(log), name(who) {}
    void leave() override { told += name; }
    std::string& told;
    char name;
  };
  std::string told;
  HeldMemory memory{100};
  Peer a{told, 'a'};
  Peer b{told, 'b'};
  Peer c{told, 'c'};
};

TEST_F(HeldMemoryTest, WhoMadeNoProgressTheLongestMakesRoom) {
  EXPECT_TRUE(memory.hold(a, 40));
  EXPECT_TRUE(memory.hold(b, 40));
  EXPECT_TRUE(memory.hold(a, 40));
  EXPECT_TRUE(memory.hold(c, 30));
  EXPECT_EQ(told, "b");
  EXPECT_TRUE(memory.told_to_leave(b));
  EXPECT_FALSE(memory.told_to_leave(a));
  EXPECT_FALSE(memory.hold(b, 10));
  EXPECT_EQ(memory.bytes(), 110u) << "b still has its memory";
  memory.release(b);
  EXPECT_EQ(memory.bytes(), 70u);
  EXPECT_EQ(memory.evicted(), 1u);
  EXPECT_TRUE(memory.hold(a, 10));
  EXPECT_EQ(memory.bytes(), 40u);
  memory.release(a);
  memory.release(c);
  EXPECT_EQ(memory.bytes(), 0u);
}

TEST_F(HeldMemoryTest, TheLastOneDoesNotEvictItself) {
  EXPECT_TRUE(memory.hold(a, 90));
  EXPECT_FALSE(memory.hold(a, 110));
  EXPECT_EQ(told, "");
  EXPECT_TRUE(memory.hold(a, 100));
  memory.release(a);
}

TEST_F(HeldMemoryTest, ThoseWhoAreLeavingAreBounded) {
  EXPECT_TRUE(memory.hold(a, 90));
  EXPECT_TRUE(memory.hold(b, 20));
  EXPECT_FALSE(memory.hold(c, 10)) << "a has not left yet";
  memory.release(a);
  EXPECT_TRUE(memory.hold(c, 60));
  EXPECT_EQ(told, "a");
  memory.release(b);
  memory.release(c);
}

TEST_F(HeldMemoryTest, ASmallOneNeedNotWaitForThoseWhoAreLeaving) {
  EXPECT_TRUE(memory.hold(a, 90));
  EXPECT_TRUE(memory.hold(b, 20));
  EXPECT_FALSE(memory.hold(c, 10)) << "a has not left yet";
  EXPECT_TRUE(memory.hold(c, 1));
  memory.release(a);
  memory.release(b);
  memory.release(c);
}

TEST_F(HeldMemoryTest, AFloodOfLargeOnesPushesOutNoSmallOne) {
  EXPECT_TRUE(memory.hold(c, 1));
  EXPECT_TRUE(memory.hold(a, 60));
  for (int i = 0; i < 4; ++i) {
    auto& flood = i % 2 == 0 ? b : a;
    EXPECT_TRUE(memory.hold(flood, 50));
    memory.release(i % 2 == 0 ? a : b);
  }
  EXPECT_EQ(told, "abab");
  EXPECT_FALSE(memory.told_to_leave(c));
  for (auto* peer : {&a, &b, &c}) memory.release(*peer);
}

TEST_F(HeldMemoryTest, SmallOnesThatStandStillMakeRoomForALargeOne) {
  std::vector<std::unique_ptr<Peer>> still;
  for (int i = 0; i < 100; ++i) {
    still.push_back(std::make_unique<Peer>(told, 's'));
    EXPECT_TRUE(memory.hold(*still.back(), 1));
  }
  EXPECT_TRUE(memory.hold(a, 5));
  EXPECT_EQ(told, "sssss");
  EXPECT_TRUE(memory.told_to_leave(*still[4]));
  EXPECT_FALSE(memory.told_to_leave(*still[5]));
  for (auto const& peer : still) memory.release(*peer);
  memory.release(a);
}

TEST_F(HeldMemoryTest, AHolderServesAgainAfterItsRelease) {
  EXPECT_TRUE(memory.hold(a, 100));
  EXPECT_TRUE(memory.hold(b, 10));
  memory.release(a);
  memory.release(b);
  EXPECT_TRUE(memory.hold(a, 100));
  memory.release(a);
}

TEST(Buffer, KeepsItsBytesAcrossEveryGrowth) {
  Buffer buffer;
  std::string expected;
  for (int i = 0; expected.size() < 1 << 20; ++i) {
    auto const piece = std::to_string(i) + std::string(static_cast<std::size_t>(i % 3000), 'x');
    expected += piece;
    buffer.append(piece, 700'000);
    ASSERT_EQ(buffer.size(), expected.size());
  }
  EXPECT_TRUE(buffer.view() == expected);
  buffer.clear();
  EXPECT_TRUE(buffer.empty());
  buffer.append("again", 0);
  EXPECT_EQ(buffer.view(), "again");
}

}  // namespace
}  // namespace carillon::http
