// The load generator's template of requests.

#include "bench/requests.h"

#include <stdexcept>

#include "gtest/gtest.h"

namespace carillon::bench {
namespace {

TEST(RequestsTest, ATemplateWithoutMarksGoesOutAsItIs) {
  Requests requests("GET / HTTP/1.1\r\nHost: x\r\n\r\n", {});
  EXPECT_EQ(requests.next(), "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
}

TEST(RequestsTest, NumbersAndFieldsAreFilledInAndTheLengthAdded) {
  Requests requests("POST /{1} HTTP/1.1\r\nHost: x\r\n\r\n{\"n\":\"{n}\",\"a\":{2}}",
                    {"one\t11", "two\t22"});
  EXPECT_EQ(requests.next(),
            "POST /one HTTP/1.1\r\nHost: x\r\nContent-Length: 25\r\n\r\n"
            "{\"n\":\"0000000001\",\"a\":11}");
  EXPECT_TRUE(requests.next().ends_with("{\"n\":\"0000000002\",\"a\":22}"));
  EXPECT_TRUE(requests.next().starts_with("POST /one "));
}

TEST(RequestsTest, AWholeLineMayBeTheBody) {
  Requests requests("POST / HTTP/1.1\r\n\r\n{line}", {"{\"a\":\t1}"});
  EXPECT_EQ(requests.next(), "POST / HTTP/1.1\r\nContent-Length: 8\r\n\r\n{\"a\":\t1}");
}

TEST(RequestsTest, MarksOfLinesWithoutLinesAreRefused) {
  EXPECT_THROW(Requests("GET /{1} HTTP/1.1\r\n\r\n", {}), std::invalid_argument);
}

TEST(RequestsTest, NoEmptyLineIsRefused) {
  EXPECT_THROW(Requests("GET / HTTP/1.1\r\n", {}), std::invalid_argument);
}

}  // namespace
}  // namespace carillon::bench
