#include "base/result.h"

#include <memory>
#include <stdexcept>

#include <gtest/gtest.h>

namespace carillon {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return fail(Errc::invalid_field, "odd");
  return n / 2;
}

Result<int> quarter(int n) {
  TRY(auto const once, half(n));
  TRY(auto const twice, half(once));
  return twice;
}

Result<void> check(int n) {
  CHECK_OK(half(n));
  return {};
}

TEST(Result, TryPassesValuesOnAndErrorsUp) {
  EXPECT_EQ(*quarter(8), 2);
  auto const refused = quarter(6);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::invalid_field);
  EXPECT_EQ(refused.error().detail, "odd");
}

TEST(Result, CheckOkReturnsTheErrorOnly) {
  EXPECT_TRUE(check(2));
  EXPECT_FALSE(check(1));
}

TEST(Result, HoldsWhatCannotBeCopied) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(3);
  ASSERT_TRUE(result);
  EXPECT_EQ(**std::move(result), 3);
}

TEST(Result, AskingAFailureForItsValueIsOurMistake) {
  Result<int> const failed = fail(Errc::internal, "x");
  EXPECT_THROW((void)failed.value(), std::logic_error);
}

}  // namespace
}  // namespace carillon
