#include "crypto/p256.h"

#include <gtest/gtest.h>

namespace carillon {
namespace {

TEST(P256, BothSidesAgreeOnTheSameSecret) {
  auto const one = P256Key::generate();
  auto const other = P256Key::generate();
  ASSERT_TRUE(one.agree(other.public_point()));
  EXPECT_EQ(one.agree(other.public_point()), other.agree(one.public_point()));
  EXPECT_NE(one.public_point(), other.public_point());
}

TEST(P256, ADerivedKeyIsAlwaysTheSameAndOfOnePurpose) {
  Key const installation{7};
  EXPECT_EQ(P256Key::derive(installation, "a").public_point(),
            P256Key::derive(installation, "a").public_point());
  EXPECT_NE(P256Key::derive(installation, "a").public_point(),
            P256Key::derive(installation, "b").public_point());
  EXPECT_NE(P256Key::derive(installation, "a").public_point(),
            P256Key::derive(Key{8}, "a").public_point());
}

TEST(P256, ScalarsAndPointsOutsideTheCurveAreNone) {
  EXPECT_FALSE(P256Key::from_scalar(std::string(32, '\0')));
  EXPECT_FALSE(P256Key::from_scalar(std::string(32, '\xff')));
  EXPECT_FALSE(P256Key::from_scalar("short"));
  auto const key = P256Key::generate();
  EXPECT_TRUE(is_p256_point(key.public_point()));
  for (auto const& bad : {std::string(), std::string(65, '\4'), std::string(1, '\0'),
                          key.public_point().substr(1), key.public_point() + "x"}) {
    EXPECT_FALSE(is_p256_point(bad));
    EXPECT_FALSE(key.agree(bad));
  }
}

TEST(Base64Url, ComesBackAndRefusesOtherText) {
  for (std::size_t size = 0; size < 70; ++size) {
    std::string bytes(size, '\0');
    random_bytes(bytes.data(), bytes.size());
    EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
  }
  EXPECT_EQ(to_base64url("\xff\xfe\xfd\xfc"), "__79_A");
  EXPECT_EQ(from_base64url("__79_A=="), "\xff\xfe\xfd\xfc");
  for (auto const* bad : {"A", "AB!", "A+B/", "_x", "AAAAA", "A A="}) {
    EXPECT_FALSE(from_base64url(bad)) << bad;
  }
}

// RFC 5869, test case 1.
TEST(Hkdf, IsThatOfTheStandardsExample) {
  std::string salt;
  for (char c = 0; c <= 12; ++c) salt.push_back(c);
  auto const out =
      hkdf_sha256(salt, std::string(22, '\x0b'), "\xf0\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9", 42);
  EXPECT_EQ(to_hex(out.data(), out.size()),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
}

}  // namespace
}  // namespace carillon
