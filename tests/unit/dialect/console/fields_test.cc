#include "dialect/console/fields.h"

#include <gtest/gtest.h>

namespace carillon::console {
namespace {

http::Request request_of(std::string_view body) {
  http::Request request;
  request.body = body;
  return request;
}

Errc refusal(std::string_view body) {
  auto const parsed = parse_body(request_of(body), {"a", "b"});
  EXPECT_FALSE(parsed) << body;
  return parsed ? Errc::internal : parsed.error().code;
}

TEST(Fields, BodyMustBeAnObject) {
  for (auto const* body : {"", "[", "[]", "1", "null", "\"a\"", "{\"a\":1", "{\"a\":1}x"}) {
    EXPECT_EQ(refusal(body), Errc::bad_json) << body;
  }
}

TEST(Fields, UnknownMembersAreRefusedByName) {
  auto const parsed = parse_body(request_of(R"({"a":1,"avaliability":{}})"), {"a", "b"});
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, Errc::invalid_field);
  EXPECT_NE(parsed.error().detail.find("avaliability"), std::string::npos);
}

TEST(Fields, EmptyBodyMayStandForAnObject) {
  EXPECT_TRUE(parse_body(request_of(""), {"a"}, EmptyBody::is_an_object));
  EXPECT_FALSE(parse_body(request_of("[]"), {"a"}, EmptyBody::is_an_object));
}

TEST(Fields, TextsAreChecked) {
  auto const body = *json::parse_json(
      R"({"good":"a b","empty":"","number":1,"null":null,"long":"12345","line":"a\nb"})");
  EXPECT_EQ(*get_text(body.root(), "good", 4), "a b");
  for (auto const* name : {"empty", "number", "null", "long", "line", "absent"}) {
    auto const text = get_text(body.root(), name, 4);
    ASSERT_FALSE(text) << name;
    EXPECT_EQ(text.error().code, Errc::invalid_field);
    EXPECT_NE(text.error().detail.find(name), std::string::npos);
  }
  EXPECT_FALSE(find_text(body.root(), "absent", 4)->has_value());
  EXPECT_FALSE(find_text(body.root(), "null", 4));  // null is not a value
}

TEST(Fields, FlagsAreTrueOrFalse) {
  auto const body = *json::parse_json(R"({"yes":true,"no":false,"text":"true","null":null})");
  EXPECT_EQ(*find_flag(body.root(), "yes"), true);
  EXPECT_EQ(*find_flag(body.root(), "no"), false);
  EXPECT_EQ(*find_flag(body.root(), "absent"), std::nullopt);
  EXPECT_FALSE(find_flag(body.root(), "text"));
  EXPECT_FALSE(find_flag(body.root(), "null"));
}

TEST(Fields, ListsHoldTextsOnlyAndAreBounded) {
  auto const body = *json::parse_json(R"({"a":["x","y"],"b":["x",1],"c":"x","d":[]})");
  EXPECT_EQ((*find_texts(body.root(), "a", 4))->size(), 2u);
  EXPECT_TRUE((*find_texts(body.root(), "d", 4))->empty());
  EXPECT_FALSE(find_texts(body.root(), "b", 4));
  EXPECT_FALSE(find_texts(body.root(), "c", 4));
  EXPECT_FALSE(find_texts(body.root(), "a", 4, 1));
}

TEST(Fields, LimitCountsFromOneAndIsCapped) {
  http::Request request;
  EXPECT_EQ(*read_limit(request, 20, 100), 20u);
  EXPECT_EQ(*read_limit(request, 20, 10), 10u);
  for (auto const& [query, limit] :
       {std::pair{"limit=1", 1u}, {"limit=100", 100u}, {"limit=101", 100u}, {"limit=", 20u}}) {
    request.query = query;
    EXPECT_EQ(*read_limit(request, 20, 100), limit) << query;
  }
  for (auto const* query : {"limit=0", "limit=-1", "limit=1.5", "limit=x", "limit=%2B1",
                            "limit=99999999999999999999"}) {
    request.query = query;
    EXPECT_FALSE(read_limit(request, 20, 100)) << query;
  }
}

}  // namespace
}  // namespace carillon::console
