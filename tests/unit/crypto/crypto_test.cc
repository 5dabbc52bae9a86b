#include "crypto/crypto.h"

#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/evp.h>

namespace carillon {
namespace {

std::string hex_of(std::array<std::uint8_t, 32> const& bytes) {
  return to_hex(bytes.data(), bytes.size());
}

TEST(Crypto, HashesAreTheStandardOnes) {
  EXPECT_EQ(hex_of(sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex_of(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  // HMAC with a key of 32 zero bytes is HMAC with the empty key, which is padded the same way.
  EXPECT_EQ(hex_of(hmac_sha256(Key{}, "")),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Crypto, DerivedKeysDifferByPurpose) {
  Key const key{};
  EXPECT_NE(derive_key(key, "ids"), derive_key(key, "tokens"));
  EXPECT_EQ(derive_key(key, "ids"), derive_key(key, "ids"));
  EXPECT_NE(random_key(), random_key());
}

TEST(Crypto, HexGoesBothWays) {
  std::uint8_t const bytes[] = {0x00, 0x7f, 0xff, 0xa5};
  EXPECT_EQ(to_hex(bytes, 4), "007fffa5");
  std::uint8_t back[4] = {};
  EXPECT_TRUE(from_hex("007FffA5", back, 4));
  EXPECT_TRUE(std::equal(bytes, bytes + 4, back));
  EXPECT_FALSE(from_hex("007fffa", back, 4));
  EXPECT_FALSE(from_hex("007fffa5a5", back, 4));
  EXPECT_FALSE(from_hex("007fffag", back, 4));
}

TEST(Crypto, Base64IsPadded) {
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foo"), "Zm9v");
}

TEST(Crypto, ConstantTimeComparisonComparesAll) {
  EXPECT_TRUE(equal_constant_time("secret", "secret"));
  EXPECT_FALSE(equal_constant_time("secret", "secres"));
  EXPECT_FALSE(equal_constant_time("secret", "secre"));
  EXPECT_TRUE(equal_constant_time("", ""));
}

TEST(Seal, ComesBackOnlyWithItsKey) {
  auto const key = random_key();
  for (std::string const plain : {"", "x", "{\"url\":\"http://x\"}"}) {
    auto const sealed = seal(key, plain);
    EXPECT_EQ(unseal(key, sealed), plain);
    EXPECT_FALSE(unseal(random_key(), sealed));
    // A single byte may be there by chance.
    EXPECT_TRUE(plain.size() < 2 || sealed.find(plain) == std::string::npos);
  }
  EXPECT_NE(seal(key, "same"), seal(key, "same")) << "a fresh nonce each time";
}

TEST(Seal, AnyChangeIsNoticed) {
  auto const key = random_key();
  auto const sealed = seal(key, "some text");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    auto forged = sealed;
    forged[i] = static_cast<char>(forged[i] ^ 1);
    EXPECT_FALSE(unseal(key, forged)) << i;
    EXPECT_FALSE(unseal(key, sealed.substr(0, i))) << i;
  }
  EXPECT_FALSE(unseal(key, sealed + "x"));
}

TEST(BlockCipher, GoesBothWaysOnAnyThreadWithManyKeys) {
  auto const work = [](std::uint8_t seed) {
    for (int round = 0; round < 50; ++round) {
      for (std::uint8_t n = 0; n < 20; ++n) {
        Key key{};
        key[0] = n;
        key[1] = seed;
        BlockCipher const cipher(key);
        CipherBlock plain{n, seed};
        ASSERT_EQ(cipher.decrypt(cipher.encrypt(plain)), plain);
        ASSERT_NE(cipher.encrypt(plain), plain);
      }
    }
  };
  std::vector<std::thread> threads;
  for (std::uint8_t t = 0; t < 3; ++t) threads.emplace_back(work, t);
  for (auto& thread : threads) thread.join();
}

// What partners do with it: the first 16 bytes are the IV, the padding says its own length.
TEST(Cbc, IsReadByAPlainDecryption) {
  auto const key = sha256("test key");
  for (std::size_t const size : {0, 1, 15, 16, 17, 1000}) {
    std::string const plain(size, 'x');
    auto const sealed = encrypt_cbc(key, plain);
    ASSERT_EQ(sealed.size(), 16 + (size / 16 + 1) * 16);
    std::string out(sealed.size(), '\0');
    std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(),
                                                                            EVP_CIPHER_CTX_free);
    auto const* raw = reinterpret_cast<unsigned char const*>(sealed.data());
    auto* to = reinterpret_cast<unsigned char*>(out.data());
    int n = 0;
    int rest = 0;
    EVP_DecryptInit_ex(context.get(), EVP_aes_256_cbc(), nullptr, key.data(), raw);
    EVP_DecryptUpdate(context.get(), to, &n, raw + 16, static_cast<int>(sealed.size() - 16));
    ASSERT_EQ(EVP_DecryptFinal_ex(context.get(), to + n, &rest), 1);
    EXPECT_EQ(out.substr(0, static_cast<std::size_t>(n + rest)), plain);
    EXPECT_NE(encrypt_cbc(key, plain), sealed) << "a fresh IV each time";
  }
}

}  // namespace
}  // namespace carillon
