#include "crypto/public_key.h"

#include <openssl/core_names.h>

#include "crypto/evp.h"

namespace carillon {
namespace {

using evp::bytes_of;
using evp::Owned;
using evp::require;

constexpr int kRsaBitsMin = 2048;
constexpr int kRsaBitsMax = 16384;
constexpr std::size_t kNumberBytes = 32;  // of P-256 and Ed25519

// OpenSSL reads such signatures as DER.
std::string der_of(std::string_view signature) {
  Owned<ECDSA_SIG> const pair(ECDSA_SIG_new());
  require(pair != nullptr);
  auto r = evp::number_of(signature.substr(0, kNumberBytes));
  auto s = evp::number_of(signature.substr(kNumberBytes));
  require(ECDSA_SIG_set0(pair.get(), r.release(), s.release()) == 1);
  unsigned char* raw = nullptr;
  int const size = i2d_ECDSA_SIG(pair.get(), &raw);
  require(size > 0);
  std::string out(reinterpret_cast<char const*>(raw), static_cast<std::size_t>(size));
  OPENSSL_free(raw);
  return out;
}

}  // namespace

std::optional<PublicKey> PublicKey::rsa(std::string_view modulus, std::string_view exponent) {
  if (modulus.size() > kRsaBitsMax / 8 || exponent.empty() || exponent.size() > 8) {
    return std::nullopt;
  }
  auto const n = evp::number_of(modulus);
  auto const e = evp::number_of(exponent);
  if (BN_num_bits(n.get()) < kRsaBitsMin) return std::nullopt;
  Owned<OSSL_PARAM_BLD> const builder(OSSL_PARAM_BLD_new());
  require(builder && OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) &&
          OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()));
  auto key = evp::build_key("RSA", builder.get(), EVP_PKEY_PUBLIC_KEY);
  if (!key) return std::nullopt;
  return PublicKey(std::shared_ptr<EVP_PKEY>(std::move(key)), SignatureKind::rs256);
}

std::optional<PublicKey> PublicKey::p256(std::string_view x, std::string_view y) {
  if (x.size() != kNumberBytes || y.size() != kNumberBytes) return std::nullopt;
  auto key = evp::p256_key("\x04" + std::string(x) + std::string(y));
  if (!key) return std::nullopt;
  return PublicKey(std::shared_ptr<EVP_PKEY>(std::move(key)), SignatureKind::es256);
}

std::optional<PublicKey> PublicKey::ed25519(std::string_view x) {
  if (x.size() != kNumberBytes) return std::nullopt;
  Owned<EVP_PKEY> key(
      EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, bytes_of(x), x.size()));
  if (!key) return std::nullopt;
  return PublicKey(std::shared_ptr<EVP_PKEY>(std::move(key)), SignatureKind::eddsa);
}

bool PublicKey::verify(std::string_view data, std::string_view signature) const {
  std::string der;
  if (kind_ == SignatureKind::es256) {
    if (signature.size() != 2 * kNumberBytes) return false;
    der = der_of(signature);
    signature = der;
  }
  Owned<EVP_MD_CTX> const context(EVP_MD_CTX_new());
  auto const* digest = kind_ == SignatureKind::eddsa ? nullptr : EVP_sha256();
  require(context &&
          EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key_.get()) == 1);
  return EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(data),
                          data.size()) == 1;
}

}  // namespace carillon
