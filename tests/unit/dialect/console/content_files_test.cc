#include "dialect/console/content_files.h"

#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

namespace carillon::console {
namespace {

constexpr std::string_view kKey = "img_v2_8e5a80ec";

bool shows(std::string json, std::string_view key = kKey) {
  return shows_image({"interactive", std::move(json)}, key);
}

// A card whose one element says this; quotes and backslashes are escaped by the caller.
bool words_show(std::string const& words, std::string_view key = kKey) {
  return shows(R"({"elements":[{"tag":"markdown","content":")" + words + R"("}]})", key);
}

TEST(ContentFiles, AnImageIsAStringOfItsOwn) {
  EXPECT_TRUE(shows(R"({"image_key":"img_v2_8e5a80ec"})"));
  EXPECT_TRUE(shows(R"({"elements":[{"tag":"img","img_key":"img_v2_8e5a80ec"}]})"));
  EXPECT_TRUE(shows(R"({"image_key":"a\/\"b"})", "a/\"b"));
  EXPECT_FALSE(shows(R"({"image_key":"img_v2_8e5a80ecf"})"));
  EXPECT_FALSE(shows(R"({"image_key":"ximg_v2_8e5a80ec"})"));
  EXPECT_FALSE(shows(R"({"img_v2_8e5a80ec":"x"})")) << "the name of a member";
  EXPECT_FALSE(shows(R"({"text":"look at img_v2_8e5a80ec"})"));
  EXPECT_FALSE(shows(R"({"text":""})", ""));
}

TEST(ContentFiles, AnImageIsWhereAPictureLeads) {
  EXPECT_TRUE(words_show("![a plan](img_v2_8e5a80ec)"));
  EXPECT_TRUE(words_show(R"(**Plan**\n![](img_v2_8e5a80ec)\nand more)"));
  EXPECT_TRUE(words_show(R"(![a]( img_v2_8e5a80ec \"its title\"))"));
  EXPECT_TRUE(words_show("![a](<img_v2_8e5a80ec>)"));
  EXPECT_TRUE(words_show("![a [b](https://x.test) c](img_v2_8e5a80ec)"));
  EXPECT_TRUE(words_show("[![a](img_v2_8e5a80ec)](https://x.test)")) << "a picture in a link";
  EXPECT_TRUE(words_show("[ ![a](@lADx$1)", "@lADx$1")) << "beside a bracket that stays open";
}

TEST(ContentFiles, APartOfAnotherKeyIsNoImage) {
  for (auto const* words :
       {"![a](img_v2_8e5a80ecf)", "![a](ximg_v2_8e5a80ec)", "![a](<img_v2_8e5a80ecf>)",
        "![a](https://x.test/img_v2_8e5a80ec)", "![a](img_v2_8e5a80ec/b)"}) {
    EXPECT_FALSE(words_show(words)) << words;
  }
}

TEST(ContentFiles, WordsAndLinksAreNoImage) {
  for (auto const* words :
       {"(img_v2_8e5a80ec)", "[a](img_v2_8e5a80ec)", "![img_v2_8e5a80ec](b)", "!(img_v2_8e5a80ec)",
        "![a] (img_v2_8e5a80ec)", "![a](b img_v2_8e5a80ec)", R"(\\![a](img_v2_8e5a80ec))",
        R"(![a\\](img_v2_8e5a80ec))", "![a](img_v2_8e5a80ec", "![a](<img_v2_8e5a80ec<>)", "]]](",
        "![a](", "![a]"}) {
    EXPECT_FALSE(words_show(words)) << words;
  }
}

TEST(ContentFiles, AFileIsWhatTheMessageIsAbout) {
  auto const carries = [](std::string json, std::string_view id) {
    return carries_file({"file", std::move(json)}, id);
  };
  EXPECT_TRUE(carries(R"({"media_id":"@lAD8e5a"})", "@lAD8e5a"));
  EXPECT_TRUE(carries(R"({"media_id":"@lAD8e5a","duration":"3"})", "@lAD8e5a"));
  EXPECT_FALSE(carries(R"({"media_id":"@lAD8e5a"})", "@lAD8e5"));
  EXPECT_FALSE(carries(R"({"media_id":"@lAD8e5"})", "@lAD8e5a"));
  EXPECT_FALSE(carries(R"({"duration":"3"})", "3"));
  EXPECT_FALSE(carries(R"({"body":{"media_id":"@lAD8e5a"}})", "@lAD8e5a"));
  EXPECT_FALSE(carries(R"({"media_id":""})", ""));
}

TEST(ContentFiles, ContentThatIsNoJsonShowsNothing) {
  EXPECT_FALSE(shows("img_v2_8e5a80ec"));
  EXPECT_FALSE(shows(""));
  EXPECT_FALSE(carries_file({"file", "@lAD8e5a"}, "@lAD8e5a"));
}

}  // namespace
}  // namespace carillon::console
