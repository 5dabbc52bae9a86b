// Which addresses may be called, and how a URL is read.
#include "channel/webhook/webhooks.h"

#include <gtest/gtest.h>

namespace carillon::webhook {
namespace {

TEST(WebhookAddresses, OnlyPublicOnesMayBeCalled) {
  Rules const rules;
  for (auto const* const address : {"8.8.8.8", "1.1.1.1", "172.15.0.1", "172.32.0.1", "192.167.1.1",
                                    "2606:4700::1111", "2a00:1450:4001::1"}) {
    EXPECT_TRUE(check_address(rules, address)) << address;
  }
  for (auto const* const address : {"127.0.0.1",
                                    "127.9.9.9",
                                    "10.1.2.3",
                                    "172.16.0.1",
                                    "172.31.255.255",
                                    "192.168.0.1",
                                    "169.254.169.254",
                                    "100.64.0.1",
                                    "0.0.0.0",
                                    "224.0.0.1",
                                    "255.255.255.255",
                                    "::1",
                                    "::",
                                    "fe80::1",
                                    "fe80::1%eth0",
                                    "fc00::1",
                                    "fd12::1",
                                    "ff02::1",
                                    "::ffff:127.0.0.1",
                                    "::ffff:10.0.0.1",
                                    "64:ff9b::7f00:1",
                                    "2002:7f00:1::",
                                    "nonsense",
                                    ""}) {
    EXPECT_FALSE(check_address(rules, address)) << address;
  }
}

TEST(WebhookAddresses, TheSettingAllowsMore) {
  Rules rules;
  rules.allowed = {"10.0.0.0/8", "fd12::/16"};
  EXPECT_TRUE(check_address(rules, "10.1.2.3"));
  EXPECT_TRUE(check_address(rules, "::ffff:10.1.2.3"));
  EXPECT_TRUE(check_address(rules, "fd12::1"));
  EXPECT_TRUE(check_address(rules, "8.8.8.8"));
  EXPECT_FALSE(check_address(rules, "192.168.0.1"));
  EXPECT_FALSE(check_address(rules, "127.0.0.1"));
  rules.loopback = true;
  EXPECT_TRUE(check_address(rules, "127.0.0.1"));
  EXPECT_TRUE(check_address(rules, "::1"));
  EXPECT_FALSE(check_address(rules, "169.254.169.254"));
}

TEST(WebhookUrls, AreSplitIntoOriginAndTarget) {
  auto const split = [](std::string_view url) {
    auto const out = split_url(url);
    return out ? out->origin + " " + out->target : "refused";
  };
  EXPECT_EQ(split("http://a.test"), "http://a.test /");
  EXPECT_EQ(split("https://a.test:8443/events?x=1#top"), "https://a.test:8443 /events?x=1");
  EXPECT_EQ(split("https://a.test?x=/y"), "https://a.test /?x=/y");
  EXPECT_EQ(split("http://[::1]:9000/e"), "http://[::1]:9000 /e");
  for (auto const* const bad :
       {"", "ftp://a.test/", "a.test/x", "http://", "http:///x", "http://user@a.test/",
        "http://a.test/x y", "http://a.test/\r\nX: y", "http://a.test:port/"}) {
    EXPECT_EQ(split(bad), "refused") << bad;
  }
}

}  // namespace
}  // namespace carillon::webhook
