// The Idempotency-Key: what is taken as one, and what makes requests the same.

#include "core/idempotency.h"

#include <gtest/gtest.h>

namespace carillon {
namespace {

TEST(IdempotencyKey, IsUpTo128BytesOfAscii) {
  EXPECT_EQ(*parse_idempotency_key(""), "");
  EXPECT_EQ(*parse_idempotency_key("8e03978e-40d5"), "8e03978e-40d5");
  EXPECT_TRUE(parse_idempotency_key(std::string(128, 'k')));
  EXPECT_EQ(parse_idempotency_key(std::string(129, 'k')).error().code, Errc::invalid_field);
  EXPECT_EQ(parse_idempotency_key("caf\xc3\xa9").error().code, Errc::invalid_field);
}

TEST(RequestHash, DiffersByCallAndByBody) {
  EXPECT_EQ(hash_request("a", "x"), hash_request("a", "x"));
  EXPECT_NE(hash_request("a", "x"), hash_request("b", "x"));
  EXPECT_NE(hash_request("a", "x"), hash_request("a", "y"));
}

}  // namespace
}  // namespace carillon
