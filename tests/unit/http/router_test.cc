#include "http/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace carillon::http {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class RouterTest : public testing::Test {
 protected:
  void add(Method method, std::string pattern) {
    Route route;
    route.method = method;
    route.pattern = std::move(pattern);
    router.add(std::move(route));
  }
  void add_unmatched(std::string prefix) {
    auto answer = [prefix](Request const&, std::string_view) {
      Response response;
      response.body = prefix;
      return response;
    };
    router.unmatched(prefix, answer);
  }
  std::string pattern(Method method, std::string_view path) {
    auto const match = router.match(method, path);
    return match.route ? match.route->pattern : "none";
  }
  std::string unmatched(std::string_view path) {
    auto const match = router.match(Method::get, path);
    return match.unmatched ? (*match.unmatched)({}, match.allowed).body : "none";
  }

  Router router;
};

TEST_F(RouterTest, FindsByMethodAndPath) {
  add(Method::get, "/a/b");
  add(Method::post, "/a/b");
  add(Method::get, "/");
  EXPECT_EQ(router.match(Method::post, "/a/b").route->method, Method::post);
  EXPECT_EQ(pattern(Method::get, "/a/b"), "/a/b");
  EXPECT_EQ(pattern(Method::get, "/"), "/");
  EXPECT_EQ(pattern(Method::get, "/a"), "none");
  EXPECT_EQ(pattern(Method::get, "/a/b/c"), "none");
  EXPECT_EQ(pattern(Method::get, "a/b"), "none");
  EXPECT_EQ(pattern(Method::get, ""), "none");
}

TEST_F(RouterTest, ATrailingSlashIsAccepted) {
  add(Method::post, "/token/internal");
  add(Method::get, "/m/:id");
  EXPECT_EQ(pattern(Method::post, "/token/internal/"), "/token/internal");
  EXPECT_THAT(router.match(Method::get, "/m/7/").params, ElementsAre("7"));
  EXPECT_EQ(pattern(Method::get, "/m/"), "none") << "a parameter is never empty";
}

TEST_F(RouterTest, ParametersAreDecodedInOrder) {
  add(Method::get, "/:tenant/m/:id/read");
  auto const match = router.match(Method::get, "/acme/m/bm%2D%E4%BD%A0+x%2Fy%zz/read");
  EXPECT_THAT(match.params, ElementsAre("acme", "bm-你+x/y%zz"));
}

TEST_F(RouterTest, ASpelledSegmentWinsIfItsRouteHasTheMethod) {
  add(Method::get, "/users/:id");
  add(Method::post, "/users/batch");
  add(Method::delete_, "/users/:id");
  EXPECT_EQ(pattern(Method::post, "/users/batch"), "/users/batch");
  auto const match = router.match(Method::get, "/users/batch");
  EXPECT_THAT(match.params, ElementsAre("batch"));
  EXPECT_EQ(router.match(Method::put, "/users/batch").allowed, "GET, HEAD, POST, DELETE");
}

TEST_F(RouterTest, HeadFindsTheGetRoute) {
  add(Method::get, "/a");
  add(Method::post, "/b");
  EXPECT_EQ(pattern(Method::head, "/a"), "/a");
  EXPECT_EQ(pattern(Method::head, "/b"), "none");
}

TEST_F(RouterTest, UnmatchedNamesTheAllowedMethods) {
  add(Method::post, "/a");
  add_unmatched("/");
  EXPECT_EQ(router.match(Method::get, "/a").allowed, "POST");
  EXPECT_EQ(router.match(Method::other, "/a").allowed, "POST");
  EXPECT_THAT(router.match(Method::get, "/x").allowed, IsEmpty());
}

TEST_F(RouterTest, TheLongestPrefixAnswersTheUnmatched) {
  add_unmatched("/");
  add_unmatched("/api/v1");
  add_unmatched("/open-apis/");
  EXPECT_EQ(unmatched("/api/v1/x"), "/api/v1");
  EXPECT_EQ(unmatched("/api/v1"), "/api/v1");
  EXPECT_EQ(unmatched("/api/v10"), "/");
  EXPECT_EQ(unmatched("/open-apis/x"), "/open-apis/");
  EXPECT_EQ(unmatched("/open-apisx"), "/");
}

TEST_F(RouterTest, AnAbsurdlyDeepPathIsUnmatched) {
  add(Method::get, "/a");
  add_unmatched("/");
  std::string deep;
  for (int i = 0; i < 4000; ++i) deep += "/a";
  EXPECT_EQ(pattern(Method::get, deep), "none");
  EXPECT_EQ(unmatched(deep), "/");
}

}  // namespace
}  // namespace carillon::http
