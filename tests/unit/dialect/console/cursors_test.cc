#include "dialect/console/cursors.h"

#include <gtest/gtest.h>

namespace carillon::console {
namespace {

Key key_of(std::uint8_t first) {
  Key key{};
  key[0] = first;
  return key;
}

TEST(Cursors, GiveBackWhatWasSealed) {
  Cursors const cursors(key_of(1));
  for (std::uint64_t const position : {0ull, 1ull, 65536ull, 0xffff'ffff'ffff'ffffull}) {
    auto const text = cursors.seal(CursorKind::inbox, 7, position);
    EXPECT_EQ(text.size(), 32u);
    auto const back = cursors.unseal(CursorKind::inbox, 7, text);
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, position);
  }
}

TEST(Cursors, OfAnotherListAreRefused) {
  Cursors const cursors(key_of(1));
  auto const text = cursors.seal(CursorKind::inbox, 7, 5);
  EXPECT_FALSE(cursors.unseal(CursorKind::batches, 7, text));
  EXPECT_FALSE(cursors.unseal(CursorKind::inbox, 8, text));
  EXPECT_FALSE(Cursors(key_of(2)).unseal(CursorKind::inbox, 7, text));
}

TEST(Cursors, MadeUpOnesAreRefused) {
  Cursors const cursors(key_of(1));
  auto text = cursors.seal(CursorKind::inbox, 7, 5);
  text[3] = text[3] == '0' ? '1' : '0';
  for (std::string const& bad : {std::string(), std::string("1"), std::string("5 OR 1=1"),
                                 std::string(32, '0'), std::string(32, 'g'), text}) {
    auto const back = cursors.unseal(CursorKind::inbox, 7, bad);
    ASSERT_FALSE(back) << bad;
    EXPECT_EQ(back.error().code, Errc::invalid_field);
  }
}

}  // namespace
}  // namespace carillon::console
