#include "crypto/sealed_id.h"

#include <algorithm>
#include <random>
#include <set>

#include <gtest/gtest.h>

namespace carillon {
namespace {

Key key_of(std::uint8_t seed) {
  Key key{};
  key.fill(seed);
  return key;
}

constexpr IdKind kKinds[] = {IdKind::open_id, IdKind::union_id, IdKind::open_department,
                             IdKind::batch, IdKind::message};

TEST(SealedId, ComesBackWithAllItsCoordinates) {
  IdSealer const ids(key_of(1));
  std::mt19937_64 random(1);
  for (int i = 0; i < 2000; ++i) {
    Coordinates const at{kKinds[random() % 5], static_cast<std::uint8_t>(random()),
                         static_cast<std::uint32_t>(random() % (1U << 24)),
                         random() % (std::uint64_t{1} << 40), static_cast<std::uint32_t>(random())};
    auto const hex = ids.seal(at);
    ASSERT_EQ(hex.size(), 32U);
    ASSERT_TRUE(std::all_of(hex.begin(), hex.end(), [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }));
    ASSERT_EQ(ids.unseal(at.kind, hex), at);
  }
}

TEST(SealedId, LimitsComeBackToo) {
  IdSealer const ids(key_of(1));
  Coordinates const most{IdKind::message, 255, (1U << 24) - 1, (std::uint64_t{1} << 40) - 1,
                         UINT32_MAX};
  EXPECT_EQ(ids.unseal(IdKind::message, ids.seal(most)), most);
  Coordinates const least{IdKind::batch};
  EXPECT_EQ(ids.unseal(IdKind::batch, ids.seal(least)), least);
}

TEST(SealedId, IsGoodForItsKindOnly) {
  IdSealer const ids(key_of(1));
  auto const hex = ids.seal({IdKind::open_id, 0, 1, 2, 3});
  for (auto const kind : kKinds) {
    EXPECT_EQ(ids.unseal(kind, hex).has_value(), kind == IdKind::open_id);
  }
}

TEST(SealedId, OtherInstallationsIdsAreForeign) {
  auto const hex = IdSealer(key_of(1)).seal({IdKind::open_id, 0, 1, 2, 3});
  EXPECT_FALSE(IdSealer(key_of(2)).unseal(IdKind::open_id, hex));
}

TEST(SealedId, AnyChangedDigitIsAForgery) {
  IdSealer const ids(key_of(1));
  auto const hex = ids.seal({IdKind::batch, 1, 2, 3, 4});
  for (std::size_t i = 0; i < hex.size(); ++i) {
    for (char const digit : std::string_view("0123456789abcdef")) {
      if (digit == hex[i]) continue;
      auto forged = hex;
      forged[i] = digit;
      ASSERT_FALSE(ids.unseal(IdKind::batch, forged)) << i << digit;
    }
  }
}

TEST(SealedId, GuessesAreForgeries) {
  IdSealer const ids(key_of(1));
  std::mt19937_64 random(2);
  for (int i = 0; i < 20'000; ++i) {
    std::uint64_t const guess[] = {random(), random()};
    ASSERT_FALSE(ids.unseal(IdKind::open_id, to_hex(guess, sizeof(guess))));
  }
}

TEST(SealedId, OtherTextIsNoId) {
  IdSealer const ids(key_of(1));
  auto const hex = ids.seal({IdKind::open_id, 0, 1, 2, 3});
  EXPECT_FALSE(ids.unseal(IdKind::open_id, ""));
  EXPECT_FALSE(ids.unseal(IdKind::open_id, hex.substr(1)));
  EXPECT_FALSE(ids.unseal(IdKind::open_id, hex + "0"));
  EXPECT_FALSE(ids.unseal(IdKind::open_id, std::string(32, 'x')));
  EXPECT_FALSE(ids.unseal(IdKind::open_id, std::string(32, '\0')));
}

TEST(SealedId, NeighboursLookUnrelated) {
  IdSealer const ids(key_of(1));
  std::set<std::string> heads;
  for (std::uint32_t n = 0; n < 1000; ++n) {
    heads.insert(ids.seal({IdKind::open_id, 0, 1, 1, n}).substr(0, 8));
  }
  EXPECT_GT(heads.size(), 990U);
}

}  // namespace
}  // namespace carillon
