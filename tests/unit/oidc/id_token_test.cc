// Tokens as providers make them, and as attackers would.
#include "oidc/id_token.h"

#include <memory>

#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "crypto/p256.h"

namespace carillon::oidc {
namespace {

Time const kNow = from_ms(1'700'000'000'000);
constexpr char kGood[] =
    R"({"iss":"https://id.test","sub":"li","aud":"carillon","exp":1700000300,"iat":1700000000,)"
    R"("nonce":"n"})";

std::string json_key(P256Key const& key, std::string const& id) {
  auto const& point = key.public_point();
  return R"({"kty":"EC","crv":"P-256","kid":")" + id + R"(","x":")" +
         to_base64url(point.substr(1, 32)) + R"(","y":")" + to_base64url(point.substr(33)) +
         R"("})";
}

// A key of OpenSSL's own, for what P256Key does not do.
class OtherKey {
 public:
  explicit OtherKey(EVP_PKEY* key) : key_(key, EVP_PKEY_free) {}

  std::string sign(std::string_view data, EVP_MD const* digest) const {
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                    EVP_MD_CTX_free);
    auto const* bytes = reinterpret_cast<unsigned char const*>(data.data());
    std::string out(1024, '\0');
    std::size_t size = out.size();
    EXPECT_EQ(EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key_.get()), 1);
    EXPECT_EQ(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                             bytes, data.size()),
              1);
    out.resize(size);
    return out;
  }
  std::string rsa_number(char const* name) const {
    BIGNUM* n = nullptr;
    EXPECT_EQ(EVP_PKEY_get_bn_param(key_.get(), name, &n), 1);
    std::string out(static_cast<std::size_t>(BN_num_bytes(n)), '\0');
    BN_bn2bin(n, reinterpret_cast<unsigned char*>(out.data()));
    BN_free(n);
    return out;
  }
  std::string raw() const {
    std::string out(32, '\0');
    std::size_t size = out.size();
    EXPECT_EQ(EVP_PKEY_get_raw_public_key(key_.get(), reinterpret_cast<unsigned char*>(out.data()),
                                          &size),
              1);
    return out;
  }

 private:
  std::shared_ptr<EVP_PKEY> key_;
};

std::string signed_text(std::string const& head, std::string const& claims) {
  return to_base64url(head) + "." + to_base64url(claims);
}

class IdTokenTest : public testing::Test {
 protected:
  IdTokenTest() { keys = read_keys(R"({"keys":[)" + json_key(key, "k1") + "]}").value(); }

  std::string token(std::string const& claims,
                    std::string const& head = R"({"alg":"ES256","kid":"k1"})") const {
    auto const text = signed_text(head, claims);
    return text + "." + to_base64url(key.sign(text));
  }
  // Empty: it was taken.
  std::string refusal(std::string const& text) const {
    auto const claims = read_id_token(text, keys, rules);
    return claims ? "" : claims.error().detail;
  }
  std::string with(std::string const& from, std::string const& to) const {
    std::string claims = kGood;
    claims.replace(claims.find(from), from.size(), to);
    return token(claims);
  }

  P256Key key = P256Key::generate();
  std::vector<WebKey> keys;
  TokenRules rules{"https://id.test", "carillon", "n", kNow};
};

TEST_F(IdTokenTest, AGoodOneGivesItsClaims) {
  auto const claims = read_id_token(token(kGood), keys, rules);
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->root().find("sub")->string(), "li");
  EXPECT_EQ(*key_id_of(token(kGood)), "k1");
  EXPECT_EQ(refusal(token(kGood, R"({"alg":"ES256"})")), "") << "without a kid each key is tried";
  EXPECT_EQ(refusal(with(R"("aud":"carillon")", R"("aud":["carillon"])")), "");
  EXPECT_EQ(refusal(with(R"("aud":"carillon")", R"("aud":["x","carillon"],"azp":"carillon")")), "");
  EXPECT_EQ(refusal(with("1700000300", "1700000300.5")), "");
}

TEST_F(IdTokenTest, AnUnsignedOneOrOneSignedWithAPublicKeyIsRefused) {
  auto const none = signed_text(R"({"alg":"none"})", kGood);
  EXPECT_NE(refusal(none + "."), "");
  EXPECT_NE(refusal(none + "." + to_base64url(key.sign(none))), "");
  auto const shared = signed_text(R"({"alg":"HS256","kid":"k1"})", kGood);
  Key const secret = sha256(key.public_point());
  auto const mac = hmac_sha256(secret, shared);
  EXPECT_NE(
      refusal(shared + "." + to_base64url({reinterpret_cast<char const*>(mac.data()), mac.size()})),
      "");
}

TEST_F(IdTokenTest, AnothersKeyAndChangedClaimsAreRefused) {
  auto const other = P256Key::generate();
  auto const text = signed_text(R"({"alg":"ES256","kid":"k1"})", kGood);
  EXPECT_NE(refusal(text + "." + to_base64url(other.sign(text))), "");
  EXPECT_NE(refusal(token(kGood, R"({"alg":"ES256","kid":"k2"})")), "")
      << "a key that is not there";
  EXPECT_NE(refusal(token(kGood, R"({"alg":"RS256","kid":"k1"})")), "") << "of another kind";
  EXPECT_NE(refusal(token(kGood, R"({"alg":"ES256","kid":"k1","crit":["x"]})")), "");
  auto const good = token(kGood);
  auto const signature = good.substr(good.rfind('.'));
  EXPECT_NE(refusal(signed_text(R"({"alg":"ES256","kid":"k1"})", R"({"sub":"root"})") + signature),
            "");
}

TEST_F(IdTokenTest, ClaimsMustBeOfThisSignInAndForUs) {
  EXPECT_NE(refusal(with("https://id.test", "https://id.test/")), "") << "to the letter";
  EXPECT_NE(refusal(with(R"("aud":"carillon")", R"("aud":"another")")), "");
  EXPECT_NE(refusal(with(R"("aud":"carillon")", R"("aud":["carillon","another"])")), "");
  EXPECT_NE(refusal(with(R"("aud":"carillon")", R"("aud":"carillon","azp":"another")")), "");
  EXPECT_NE(refusal(with(R"("aud":"carillon",)", "")), "");
  EXPECT_NE(refusal(with(R"("nonce":"n")", R"("nonce":"m")")), "");
  EXPECT_NE(refusal(with(R"(,"nonce":"n")", "")), "");
  EXPECT_NE(refusal(with(R"("sub":"li")", R"("sub":"")")), "");
  EXPECT_NE(refusal(with(R"("sub":"li")", R"("sub":7)")), "");
  rules.nonce.clear();
  EXPECT_NE(refusal(with(R"("nonce":"n")", R"("nonce":"")")), "") << "no nonce is none";
}

TEST_F(IdTokenTest, TimesCountWithAMinuteOfLeeway) {
  EXPECT_EQ(refusal(with("1700000300", "1699999950")), "");
  EXPECT_NE(refusal(with("1700000300", "1699999940")), "");
  EXPECT_NE(refusal(with(R"("exp":1700000300,)", "")), "");
  EXPECT_NE(refusal(with(R"("exp":1700000300)", R"("exp":"1700000300")")), "");
  EXPECT_EQ(refusal(with(R"("iat":1700000000)", R"("iat":1700000060)")), "");
  EXPECT_NE(refusal(with(R"("iat":1700000000)", R"("iat":1700000061)")), "");
  EXPECT_NE(refusal(with(R"("iat":1700000000)", R"("iat":1700000000,"nbf":1700000100)")), "");
}

TEST_F(IdTokenTest, NonsenseIsRefused) {
  for (auto const* text : {"", ".", "..", "a.b", "a.b.c.d", "e30.e30.", "!.!.!", "e30.e30.e30"}) {
    EXPECT_NE(refusal(text), "") << text;
    key_id_of(text).has_value();
  }
  EXPECT_NE(refusal(std::string(100'000, 'a')), "");
}

TEST_F(IdTokenTest, RsaAndEd25519AreKnownToo) {
  OtherKey const rsa(EVP_RSA_gen(2048));
  OtherKey const edwards(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  OtherKey const weak(EVP_RSA_gen(1024));
  auto const rsa_json = [](OtherKey const& rsa_key, std::string const& id) {
    return R"({"kty":"RSA","use":"sig","alg":"RS256","kid":")" + id + R"(","n":")" +
           to_base64url(rsa_key.rsa_number(OSSL_PKEY_PARAM_RSA_N)) + R"(","e":")" +
           to_base64url(rsa_key.rsa_number(OSSL_PKEY_PARAM_RSA_E)) + R"("})";
  };
  keys =
      read_keys(R"({"keys":[)" + rsa_json(rsa, "r") + "," + rsa_json(weak, "w") +
                R"(,{"kty":"OKP","crv":"Ed25519","kid":"e","x":")" + to_base64url(edwards.raw()) +
                R"("},{"kty":"oct","k":"AAAA"},{"kty":"EC","crv":"P-521"},7]})")
          .value();
  ASSERT_EQ(keys.size(), 2U) << "what is too weak or not known is passed over";
  auto const by_rsa = signed_text(R"({"alg":"RS256","kid":"r"})", kGood);
  EXPECT_EQ(refusal(by_rsa + "." + to_base64url(rsa.sign(by_rsa, EVP_sha256()))), "");
  EXPECT_NE(refusal(by_rsa + "." + to_base64url(weak.sign(by_rsa, EVP_sha256()))), "");
  auto const by_edwards = signed_text(R"({"alg":"EdDSA","kid":"e"})", kGood);
  EXPECT_EQ(refusal(by_edwards + "." + to_base64url(edwards.sign(by_edwards, nullptr))), "");
}

TEST(WebKeys, ForEncryptionAreNotForSigning) {
  auto const key = P256Key::generate();
  auto text = json_key(key, "k");
  text.insert(1, R"("use":"enc",)");
  EXPECT_TRUE(read_keys(R"({"keys":[)" + text + "]}")->empty());
  EXPECT_FALSE(read_keys("{}"));
  EXPECT_FALSE(read_keys("[]"));
}

}  // namespace
}  // namespace carillon::oidc
