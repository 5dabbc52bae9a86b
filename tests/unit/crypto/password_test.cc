#include "crypto/password.h"

#include <gtest/gtest.h>

namespace carillon {
namespace {

TEST(Password, MatchesItsOwnHashOnly) {
  auto const hash = hash_password("correct horse");
  EXPECT_TRUE(hash.starts_with("$argon2id$")) << hash;
  EXPECT_NE(hash, hash_password("correct horse")) << "each has a salt of its own";
  EXPECT_TRUE(password_matches(hash, "correct horse"));
  EXPECT_FALSE(password_matches(hash, "correct horsf"));
  EXPECT_FALSE(password_matches(hash, ""));
  EXPECT_FALSE(password_matches("", ""));
  EXPECT_FALSE(password_matches("nonsense", "nonsense"));
}

}  // namespace
}  // namespace carillon
