#include "channel/webpush/encryption.h"

#include <gtest/gtest.h>

namespace carillon::webpush {
namespace {

std::string bytes(std::string_view text) { return from_base64url(text).value(); }

// RFC 8291, section 5 and appendix A.
TEST(PushEncryption, IsThatOfTheStandardsExample) {
  auto const sender = P256Key::from_scalar(bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"));
  ASSERT_TRUE(sender);
  EXPECT_EQ(
      to_base64url(sender->public_point()),
      "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8");
  PushSubscription to;
  to.p256dh = bytes(
      "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4");
  to.auth = bytes("BTBZMqHH6r4Tts7J_aSIgg");
  auto const body = encrypt("When I grow up, I want to be a watermelon", to, *sender,
                            bytes("DGv6ra1nlYgDCS1FRnbzlw"));
  ASSERT_TRUE(body);
  EXPECT_EQ(to_base64url(*body),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
            "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
            "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN");
}

TEST(PushEncryption, RefusesWhatIsNoBrowsersKey) {
  PushSubscription to;
  to.p256dh = P256Key::generate().public_point();
  to.auth = std::string(kAuthBytes, 'a');
  EXPECT_TRUE(encrypt("x", to));
  EXPECT_NE(*encrypt("x", to), *encrypt("x", to)) << "a fresh key and salt each time";
  auto short_auth = to;
  short_auth.auth.pop_back();
  EXPECT_FALSE(encrypt("x", short_auth));
  auto off_the_curve = to;
  off_the_curve.p256dh[64] = static_cast<char>(off_the_curve.p256dh[64] ^ 1);
  EXPECT_FALSE(encrypt("x", off_the_curve));
}

TEST(PushAuthorization, NamesTheOriginTheTimeAndWhoAsks) {
  auto const key = P256Key::generate();
  auto const header =
      authorization(key, "https://push.test", "mailto:a@b.test", from_ms(1'700'000'000'999));
  auto const first = header.find("t=") + 2;
  auto const token = header.substr(first, header.find(',') - first);
  EXPECT_TRUE(header.ends_with(", k=" + to_base64url(key.public_point())));
  auto const dot = token.find('.');
  auto const last = token.rfind('.');
  EXPECT_EQ(bytes(token.substr(0, dot)), R"({"typ":"JWT","alg":"ES256"})");
  EXPECT_EQ(bytes(token.substr(dot + 1, last - dot - 1)),
            R"({"aud":"https://push.test","exp":1700000000,"sub":"mailto:a@b.test"})");
  EXPECT_EQ(bytes(token.substr(last + 1)).size(), 64U);
}

}  // namespace
}  // namespace carillon::webpush
