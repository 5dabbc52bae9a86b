#include "media/media.h"

#include <gtest/gtest.h>

namespace carillon {
namespace {

TEST(MediaId, NamesTheFileBehindAnyPrefix) {
  IdSealer const ids(Key{1});
  MediaKey const key{TenantNo{3}, MediaNo{77}};
  auto const hex = media_id_hex(ids, key, 2, AppNo{5});
  for (auto const* prefix : {"", "img_", "@x"}) {
    auto const named = read_media_id(ids, key.tenant, prefix + hex);
    ASSERT_TRUE(named);
    EXPECT_EQ(named->key, key);
    EXPECT_EQ(named->app, AppNo{5});
    EXPECT_EQ(named->generation, 2);
  }
}

TEST(MediaId, IsGoodInItsTenantOnly) {
  IdSealer const ids(Key{1});
  auto const hex = media_id_hex(ids, {TenantNo{3}, MediaNo{77}}, 2, AppNo{5});
  EXPECT_FALSE(read_media_id(ids, TenantNo{4}, hex));
  EXPECT_FALSE(read_media_id(IdSealer(Key{2}), TenantNo{3}, hex));
  EXPECT_FALSE(read_media_id(ids, TenantNo{3}, hex.substr(1)));
  EXPECT_FALSE(read_media_id(ids, TenantNo{3}, ""));
  EXPECT_FALSE(read_media_id(ids, TenantNo{3}, hex + "z"));
  EXPECT_FALSE(read_media_id(ids, TenantNo{3}, "img_v2_8e5a80ec-4d94-4bb2-84d5-e25d6c28dacj"));
}

}  // namespace
}  // namespace carillon
