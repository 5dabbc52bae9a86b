// What the sources over OpenSSL's EVP share: how bytes go in and refusals come out, owners of its
// objects, and making a key of its parts.
#pragma once

#include <memory>
#include <stdexcept>
#include <string_view>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

namespace carillon::evp {

struct Free {
  void operator()(BIGNUM* n) const { BN_clear_free(n); }
  void operator()(EC_GROUP* group) const { EC_GROUP_free(group); }
  void operator()(EC_POINT* point) const { EC_POINT_free(point); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
  void operator()(OSSL_PARAM_BLD* builder) const { OSSL_PARAM_BLD_free(builder); }
  void operator()(OSSL_PARAM* params) const { OSSL_PARAM_free(params); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

// Throws std::runtime_error.
inline void require(bool ok) {
  if (!ok) throw std::runtime_error("OpenSSL refused an operation");
}
inline unsigned char const* bytes_of(std::string_view s) {
  return reinterpret_cast<unsigned char const*>(s.data());
}
Owned<BIGNUM> number_of(std::string_view big_endian);

// The key of that type ("EC", "RSA") that the builder describes; null: there is none.
Owned<EVP_PKEY> build_key(char const* type, OSSL_PARAM_BLD* builder, int selection);

// A public key of P-256 by its point (65 bytes); with a scalar the whole key.
Owned<EVP_PKEY> p256_key(std::string_view point, BIGNUM const* scalar = nullptr);

}  // namespace carillon::evp
