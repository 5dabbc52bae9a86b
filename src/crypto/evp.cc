#include "crypto/evp.h"

#include <openssl/core_names.h>

namespace carillon::evp {

Owned<BIGNUM> number_of(std::string_view big_endian) {
  Owned<BIGNUM> out(BN_bin2bn(bytes_of(big_endian), static_cast<int>(big_endian.size()), nullptr));
  require(out != nullptr);
  return out;
}

Owned<EVP_PKEY> build_key(char const* type, OSSL_PARAM_BLD* builder, int selection) {
  Owned<OSSL_PARAM> const params(OSSL_PARAM_BLD_to_param(builder));
  Owned<EVP_PKEY_CTX> const context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  require(params && context && EVP_PKEY_fromdata_init(context.get()) == 1);
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata(context.get(), &key, selection, params.get()) != 1) return nullptr;
  return Owned<EVP_PKEY>(key);
}

Owned<EVP_PKEY> p256_key(std::string_view point, BIGNUM const* scalar) {
  constexpr std::size_t kPointBytes = 65;
  constexpr char kUncompressed = 4;
  if (point.size() != kPointBytes || point.front() != kUncompressed) return nullptr;
  Owned<OSSL_PARAM_BLD> const builder(OSSL_PARAM_BLD_new());
  require(builder &&
          OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) &&
          OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                           point.size()));
  if (scalar == nullptr) return build_key("EC", builder.get(), EVP_PKEY_PUBLIC_KEY);
  require(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar));
  return build_key("EC", builder.get(), EVP_PKEY_KEYPAIR);
}

}  // namespace carillon::evp
