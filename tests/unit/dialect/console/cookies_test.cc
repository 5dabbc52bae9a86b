#include "dialect/console/cookies.h"

#include <gtest/gtest.h>

namespace carillon::console {
namespace {

std::string_view find(std::string_view header, Scheme scheme = Scheme::http) {
  http::Request request;
  request.headers = {{"Cookie", header}};
  return find_cookie(request, kPersonCookie, scheme);
}

TEST(Cookies, AreFoundByTheirWholeName) {
  EXPECT_EQ(find("a=1; carillon_person=s-x; b=2"), "s-x");
  EXPECT_EQ(find("carillon_person=s-x"), "s-x");
  EXPECT_EQ(find("carillon_person=a=b"), "a=b");
  EXPECT_EQ(find("xcarillon_person=1; carillon_persons=2"), "");
  EXPECT_EQ(find("carillon_person; carillon_person="), "");
  EXPECT_EQ(find(";;; ="), "");
  EXPECT_EQ(find(""), "");
}

TEST(Cookies, ByHttpsOnlyTheOneThatNoNeighbourCanSetCounts) {
  EXPECT_EQ(find("carillon_person=planted; __Host-carillon_person=ours", Scheme::https), "ours");
  EXPECT_EQ(find("carillon_person=planted", Scheme::https), "");
}

TEST(Cookies, AreForUsAlone) {
  http::Response response;
  set_cookie(response, kPersonCookie, "s-x", std::chrono::hours(1), Scheme::https);
  clear_cookie(response, kOperatorCookie, Scheme::http);
  ASSERT_EQ(response.headers.size(), 2u);
  EXPECT_EQ(response.headers[0].second,
            "__Host-carillon_person=s-x; Path=/; Max-Age=3600; HttpOnly; SameSite=Strict; Secure");
  EXPECT_EQ(response.headers[1].second,
            "carillon_operator=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
}

}  // namespace
}  // namespace carillon::console
