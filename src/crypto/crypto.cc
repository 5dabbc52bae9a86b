#include "crypto/crypto.h"

#include <algorithm>
#include <memory>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "crypto/evp.h"

namespace carillon {
namespace {

using evp::bytes_of;
using evp::require;

constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

// Setting a key up costs more than the block itself, so each thread keeps the contexts it used.
class BlockContexts {
 public:
  EVP_CIPHER_CTX* find(std::array<std::uint8_t, 16> const& key, bool encrypting) {
    for (auto& entry : entries_) {
      if (entry.context && entry.encrypting == encrypting && entry.key == key) {
        return entry.context.get();
      }
    }
    auto& entry = entries_[next_++ % entries_.size()];
    entry.key = key;
    entry.encrypting = encrypting;
    entry.context.reset(EVP_CIPHER_CTX_new());
    require(entry.context && EVP_CipherInit_ex(entry.context.get(), EVP_aes_128_ecb(), nullptr,
                                               key.data(), nullptr, encrypting ? 1 : 0) == 1);
    EVP_CIPHER_CTX_set_padding(entry.context.get(), 0);
    return entry.context.get();
  }

 private:
  struct Entry {
    std::array<std::uint8_t, 16> key{};
    bool encrypting = false;
    Context context;
  };
  std::array<Entry, 8> entries_;
  std::size_t next_ = 0;
};

CipherBlock run_block(std::array<std::uint8_t, 16> const& key, CipherBlock const& in,
                      bool encrypting) {
  thread_local BlockContexts contexts;
  CipherBlock out;
  int n = 0;
  require(EVP_CipherUpdate(contexts.find(key, encrypting), out.data(), &n, in.data(), 16) == 1 &&
          n == 16);
  return out;
}

}  // namespace

std::array<std::uint8_t, 32> sha256(std::string_view data) {
  std::array<std::uint8_t, 32> out;
  SHA256(bytes_of(data), data.size(), out.data());
  return out;
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  require(context_ != nullptr &&
          EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_), EVP_sha256(), nullptr) == 1);
}

Sha256::~Sha256() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_)); }

void Sha256::add(std::string_view data) {
  require(EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), data.data(), data.size()) == 1);
}

std::array<std::uint8_t, 32> Sha256::finish() {
  std::array<std::uint8_t, 32> out{};
  require(EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(context_), out.data(), nullptr) == 1);
  return out;
}

std::array<std::uint8_t, 32> hmac_sha256(Key const& key, std::string_view data) {
  std::array<std::uint8_t, 32> out;
  unsigned int n = 0;
  require(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(data), data.size(),
               out.data(), &n) != nullptr);
  return out;
}

std::string hkdf_sha256(std::string_view salt, std::string_view secret, std::string_view info,
                        std::size_t bytes) {
  struct FreeKdf {
    void operator()(EVP_KDF* kdf) const { EVP_KDF_free(kdf); }
    void operator()(EVP_KDF_CTX* context) const { EVP_KDF_CTX_free(context); }
  };
  static std::unique_ptr<EVP_KDF, FreeKdf> const kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
  require(kdf != nullptr);
  std::unique_ptr<EVP_KDF_CTX, FreeKdf> const context(EVP_KDF_CTX_new(kdf.get()));
  require(context != nullptr);
  char digest[] = "SHA256";
  auto const octets = [](char const* name, std::string_view value) {
    return OSSL_PARAM_construct_octet_string(name, const_cast<char*>(value.data()), value.size());
  };
  std::array<OSSL_PARAM, 5> const params{
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
      octets(OSSL_KDF_PARAM_SALT, salt), octets(OSSL_KDF_PARAM_KEY, secret),
      octets(OSSL_KDF_PARAM_INFO, info), OSSL_PARAM_construct_end()};
  std::string out(bytes, '\0');
  require(EVP_KDF_derive(context.get(), reinterpret_cast<unsigned char*>(out.data()), out.size(),
                         params.data()) == 1);
  return out;
}

Key derive_key(Key const& key, std::string_view purpose) { return hmac_sha256(key, purpose); }

void random_bytes(void* out, std::size_t n) {
  require(RAND_bytes(static_cast<unsigned char*>(out), static_cast<int>(n)) == 1);
}

Key random_key() {
  Key key;
  random_bytes(key.data(), key.size());
  return key;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string to_hex(void const* bytes, std::size_t n) {
  static constexpr char kDigits[] = "0123456789abcdef";
  auto const* in = static_cast<std::uint8_t const*>(bytes);
  std::string out(2 * n, '\0');
  for (std::size_t i = 0; i < n; ++i) {
    out[2 * i] = kDigits[in[i] >> 4];
    out[2 * i + 1] = kDigits[in[i] & 15];
  }
  return out;
}

bool from_hex(std::string_view hex, void* out, std::size_t n) {
  if (hex.size() != 2 * n) return false;
  auto const digit = [](char c) -> int {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  auto* bytes = static_cast<std::uint8_t*>(out);
  for (std::size_t i = 0; i < n; ++i) {
    int const high = digit(hex[2 * i]);
    int const low = digit(hex[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return true;
}

std::string to_base64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  out.resize(
      static_cast<std::size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                               bytes_of(bytes), static_cast<int>(bytes.size()))));
  return out;
}

std::string to_base64url(std::string_view bytes) {
  auto out = to_base64(bytes);
  while (!out.empty() && out.back() == '=') out.pop_back();
  std::replace(out.begin(), out.end(), '+', '-');
  std::replace(out.begin(), out.end(), '/', '_');
  return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  auto const value = [](char c) -> int {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '-') return 62;
    if (c == '_') return 63;
    return -1;
  };
  std::string out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int held = 0;
  for (char const c : text) {
    int const six = value(c);
    if (six < 0) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(six);
    held += 6;
    if (held >= 8) {
      held -= 8;
      out.push_back(static_cast<char>(bits >> held & 0xff));
    }
  }
  // A lone last digit says nothing; bits that are left over must be none.
  if (held >= 6 || (bits & ((1u << held) - 1)) != 0) return std::nullopt;
  return out;
}

BlockCipher::BlockCipher(Key const& key) { std::copy_n(key.begin(), key_.size(), key_.begin()); }

CipherBlock BlockCipher::encrypt(CipherBlock const& plain) const {
  return run_block(key_, plain, true);
}

CipherBlock BlockCipher::decrypt(CipherBlock const& cipher) const {
  return run_block(key_, cipher, false);
}

std::string seal(Key const& key, std::string_view plain) {
  std::string out(kNonceBytes + plain.size() + kTagBytes, '\0');
  auto* raw = reinterpret_cast<unsigned char*>(out.data());
  random_bytes(raw, kNonceBytes);
  Context context(EVP_CIPHER_CTX_new());
  int n = 0;
  require(context &&
          EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.data(), raw) == 1 &&
          EVP_EncryptUpdate(context.get(), raw + kNonceBytes, &n, bytes_of(plain),
                            static_cast<int>(plain.size())) == 1 &&
          EVP_EncryptFinal_ex(context.get(), raw + kNonceBytes + n, &n) == 1 &&
          EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes,
                              raw + kNonceBytes + plain.size()) == 1);
  return out;
}

std::optional<std::string> unseal(Key const& key, std::string_view sealed) {
  if (sealed.size() < kNonceBytes + kTagBytes) return std::nullopt;
  auto const plain_bytes = sealed.size() - kNonceBytes - kTagBytes;
  std::string tag(sealed.substr(kNonceBytes + plain_bytes));
  std::string out(plain_bytes + 1, '\0');
  auto* raw = reinterpret_cast<unsigned char*>(out.data());
  Context context(EVP_CIPHER_CTX_new());
  int n = 0;
  require(context &&
          EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.data(),
                             bytes_of(sealed)) == 1 &&
          EVP_DecryptUpdate(context.get(), raw, &n, bytes_of(sealed.substr(kNonceBytes)),
                            static_cast<int>(plain_bytes)) == 1 &&
          EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1);
  if (EVP_DecryptFinal_ex(context.get(), raw + n, &n) != 1) return std::nullopt;
  out.resize(plain_bytes);
  return out;
}

std::string encrypt_gcm(std::array<std::uint8_t, 16> const& key,
                        std::array<std::uint8_t, 12> const& nonce, std::string_view plain) {
  std::string out(plain.size() + kTagBytes, '\0');
  auto* raw = reinterpret_cast<unsigned char*>(out.data());
  Context context(EVP_CIPHER_CTX_new());
  int n = 0;
  require(
      context &&
      EVP_EncryptInit_ex(context.get(), EVP_aes_128_gcm(), nullptr, key.data(), nonce.data()) ==
          1 &&
      EVP_EncryptUpdate(context.get(), raw, &n, bytes_of(plain), static_cast<int>(plain.size())) ==
          1 &&
      EVP_EncryptFinal_ex(context.get(), raw + n, &n) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, raw + plain.size()) == 1);
  return out;
}

std::string encrypt_cbc(Key const& key, std::string_view plain) {
  constexpr std::size_t kBlockBytes = 16;
  std::string out(kBlockBytes + plain.size() + kBlockBytes, '\0');
  auto* raw = reinterpret_cast<unsigned char*>(out.data());
  random_bytes(raw, kBlockBytes);
  Context context(EVP_CIPHER_CTX_new());
  int written = 0;
  int rest = 0;
  require(context &&
          EVP_EncryptInit_ex(context.get(), EVP_aes_256_cbc(), nullptr, key.data(), raw) == 1 &&
          EVP_EncryptUpdate(context.get(), raw + kBlockBytes, &written, bytes_of(plain),
                            static_cast<int>(plain.size())) == 1 &&
          EVP_EncryptFinal_ex(context.get(), raw + kBlockBytes + written, &rest) == 1);
  out.resize(kBlockBytes + static_cast<std::size_t>(written + rest));
  return out;
}

}  // namespace carillon
