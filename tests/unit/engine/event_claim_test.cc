// Who of several servers tells events: never two at once, and somebody soon after one is gone.
#include "engine/event_claim.h"

#include <gtest/gtest.h>

namespace carillon {
namespace {

using std::chrono::seconds;

TEST(EventClaim, NobodyHasIt_ClaimedAtOnce) {
  EventClaim const claim(std::nullopt);
  EXPECT_TRUE(claim.may_claim(std::chrono::steady_clock::now()));
  EXPECT_FALSE(claim.tells());
}

TEST(EventClaim, AnotherHasIt_LeftToItUntilItsClaimEnds) {
  auto const now = std::chrono::steady_clock::now();
  EventClaim claim(now);
  EXPECT_FALSE(claim.may_claim(now + seconds(6)));
  EXPECT_TRUE(claim.may_claim(now + seconds(7)));
  claim.heard(EventDuty::claimed, now + seconds(6));  // again
  EXPECT_FALSE(claim.may_claim(now + seconds(7)));
}

TEST(EventClaim, ItsOwn_SaidAgainBeforeItEnds) {
  auto const now = std::chrono::steady_clock::now();
  EventClaim claim(std::nullopt);
  claim.committed(EventDuty::claimed, now);
  EXPECT_TRUE(claim.tells());
  EXPECT_FALSE(claim.may_claim(now + seconds(1)));
  EXPECT_TRUE(claim.may_claim(now + seconds(2)));
}

TEST(EventClaim, NotSaidAgain_EndsHereBeforeItEndsElsewhere) {
  auto const now = std::chrono::steady_clock::now();
  EventClaim claim(std::nullopt);
  claim.committed(EventDuty::claimed, now - seconds(5));
  EXPECT_FALSE(claim.tells());
}

// Both saw that nobody had it; the log has an order, and who comes second has to see the first.
TEST(EventClaim, AnotherWasFaster_LeftToIt) {
  auto const now = std::chrono::steady_clock::now();
  EventClaim claim(std::nullopt);
  ASSERT_TRUE(claim.may_claim(now));
  claim.heard(EventDuty::claimed, now);
  EXPECT_FALSE(claim.may_claim(now));
}

TEST(EventClaim, Released_FreeForAnybody) {
  auto const now = std::chrono::steady_clock::now();
  EventClaim claim(now);
  claim.heard(EventDuty::released, now);
  EXPECT_TRUE(claim.may_claim(now));
}

}  // namespace
}  // namespace carillon
