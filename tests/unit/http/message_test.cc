#include "http/message.h"

#include <gtest/gtest.h>

#include "http/event_format.h"
#include "http/proxies.h"

namespace carillon::http {
namespace {

TEST(Request, HeadersAreFoundInAnyCase) {
  Request request;
  request.headers = {{"authorization", "Bearer t"}, {"X-A", "1"}, {"x-a", "2"}};
  EXPECT_EQ(request.header("Authorization"), "Bearer t");
  EXPECT_EQ(request.header("X-a"), "1");
  EXPECT_EQ(request.header("X-B"), "");
}

TEST(Request, QueryParametersAreDecoded) {
  Request request;
  request.query = "a=1&b=x%20y+z&%63=3&d&b=second&e=";
  EXPECT_EQ(request.query_param("a"), "1");
  EXPECT_EQ(request.query_param("b"), "x y z");
  EXPECT_EQ(request.query_param("c"), "3");
  EXPECT_EQ(request.query_param("d"), "");
  EXPECT_EQ(request.query_param("e"), "");
  EXPECT_EQ(request.query_param("f"), "");
}

TEST(Request, AllParametersOfANameAreGivenInTheirOrder) {
  Request request;
  request.query = "a=1&b=x&%61=2+3&a=&a";
  EXPECT_EQ(request.query_params("a"), (std::vector<std::string>{"1", "2 3", "", ""}));
  EXPECT_TRUE(request.query_params("c").empty());
}

TEST(Request, ABrokenPercentStandsForItself) {
  Request request;
  request.query = "a=100%&b=%4&c=%g1%41";
  EXPECT_EQ(request.query_param("a"), "100%");
  EXPECT_EQ(request.query_param("b"), "%4");
  EXPECT_EQ(request.query_param("c"), "%g1A");
}

TEST(EventFormat, DataOfSeveralLinesBecomesSeveralFields) {
  std::string out;
  append_event(out, "progress", "{\"a\":1}\n{\"b\":2}");
  append_event(out, "", "x");
  EXPECT_EQ(out, "event: progress\ndata: {\"a\":1}\ndata: {\"b\":2}\n\ndata: x\n\n");
}

class Proxies : public testing::Test {
 protected:
  std::string_view caller(std::string_view peer, std::vector<Header> headers) {
    return proxies->caller(peer, headers);
  }
  Result<TrustedProxies> proxies =
      TrustedProxies::parse({"10.0.0.0/8", "127.0.0.1", "fd00::/8", "192.168.1.128/25"});
};

TEST_F(Proxies, RangesAreMatchedBitByBit) {
  EXPECT_TRUE(proxies->contains("10.255.0.1"));
  EXPECT_TRUE(proxies->contains("::ffff:10.1.1.1"));
  EXPECT_TRUE(proxies->contains("127.0.0.1"));
  EXPECT_FALSE(proxies->contains("127.0.0.2"));
  EXPECT_TRUE(proxies->contains("fd12::1"));
  EXPECT_FALSE(proxies->contains("fe80::1"));
  EXPECT_TRUE(proxies->contains("192.168.1.200"));
  EXPECT_FALSE(proxies->contains("192.168.1.100"));
  EXPECT_FALSE(proxies->contains("nonsense"));
}

TEST_F(Proxies, TheRightMostStrangerIsTheCaller) {
  EXPECT_EQ(caller("10.0.0.1", {{"X-Forwarded-For", "6.6.6.6, 1.2.3.4, 10.0.0.9"}}), "1.2.3.4");
  EXPECT_EQ(caller("10.0.0.1", {{"x-forwarded-for", "10.0.0.7,10.0.0.9"}}), "10.0.0.7");
  EXPECT_EQ(caller("10.0.0.1", {{"X-Forwarded-For", "5.5.5.5"}, {"X-Forwarded-For", "10.1.1.1"}}),
            "5.5.5.5");
  EXPECT_EQ(caller("10.0.0.1", {}), "10.0.0.1");
}

TEST_F(Proxies, NonsenseEndsTheWalk) {
  EXPECT_EQ(caller("10.0.0.1", {{"X-Forwarded-For", "1.2.3.4, unknown, 10.0.0.9"}}), "10.0.0.9");
  EXPECT_EQ(caller("10.0.0.1", {{"X-Forwarded-For", ""}}), "10.0.0.1");
  EXPECT_EQ(caller("10.0.0.1", {{"X-Forwarded-For", ","}}), "10.0.0.1");
}

TEST_F(Proxies, PortsAndBracketsAreTakenOff) {
  EXPECT_EQ(caller("10.0.0.1", {{"X-Forwarded-For", "1.2.3.4:5678"}}), "1.2.3.4");
  EXPECT_EQ(caller("10.0.0.1", {{"X-Forwarded-For", "[2001:db8::1]:443"}}), "2001:db8::1");
  EXPECT_EQ(caller("10.0.0.1", {{"X-Forwarded-For", "2001:db8::1"}}), "2001:db8::1");
}

TEST(ProxyList, RefusesWhatIsNoRange) {
  for (std::string const bad :
       {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "host", "1.2.3.4/8x", "fd00::/129"}) {
    EXPECT_FALSE(TrustedProxies::parse({bad})) << bad;
  }
}

}  // namespace
}  // namespace carillon::http
