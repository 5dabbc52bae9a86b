#include "crypto/p256.h"

#include <openssl/obj_mac.h>

#include "crypto/evp.h"

namespace carillon {
namespace {

using evp::bytes_of;
using evp::Owned;
using evp::require;

constexpr std::size_t kScalarBytes = 32;
constexpr std::size_t kPointBytes = 65;

EC_GROUP const* curve() {
  static Owned<EC_GROUP> const group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  require(group != nullptr);
  return group.get();
}

}  // namespace

std::optional<P256Key> P256Key::from_scalar(std::string_view scalar) {
  if (scalar.size() != kScalarBytes) return std::nullopt;
  auto const number = evp::number_of(scalar);
  if (BN_is_zero(number.get()) || BN_cmp(number.get(), EC_GROUP_get0_order(curve())) >= 0) {
    return std::nullopt;
  }
  Owned<EC_POINT> const point(EC_POINT_new(curve()));
  std::string octets(kPointBytes, '\0');
  require(point &&
          EC_POINT_mul(curve(), point.get(), number.get(), nullptr, nullptr, nullptr) == 1 &&
          EC_POINT_point2oct(curve(), point.get(), POINT_CONVERSION_UNCOMPRESSED,
                             reinterpret_cast<unsigned char*>(octets.data()), octets.size(),
                             nullptr) == kPointBytes);
  auto key = evp::p256_key(octets, number.get());
  require(key != nullptr);
  return P256Key(std::shared_ptr<EVP_PKEY>(std::move(key)), std::move(octets));
}

P256Key P256Key::generate() {
  for (;;) {
    std::string scalar(kScalarBytes, '\0');
    random_bytes(scalar.data(), scalar.size());
    if (auto key = from_scalar(scalar)) return *std::move(key);
  }
}

P256Key P256Key::derive(Key const& key, std::string_view purpose) {
  // One in 2^32 results is no number of the curve: then the next one.
  for (int attempt = 0;; ++attempt) {
    auto const scalar = derive_key(key, std::string(purpose) + " " + std::to_string(attempt));
    if (auto out = from_scalar({reinterpret_cast<char const*>(scalar.data()), scalar.size()})) {
      return *std::move(out);
    }
  }
}

std::optional<std::string> P256Key::agree(std::string_view point) const {
  auto const theirs = evp::p256_key(point);
  if (!theirs) return std::nullopt;
  Owned<EVP_PKEY_CTX> const context(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr));
  require(context && EVP_PKEY_derive_init(context.get()) == 1);
  if (EVP_PKEY_derive_set_peer(context.get(), theirs.get()) != 1) return std::nullopt;
  std::string out(kScalarBytes, '\0');
  std::size_t size = out.size();
  require(EVP_PKEY_derive(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size) ==
              1 &&
          size == kScalarBytes);
  return out;
}

std::string P256Key::sign(std::string_view data) const {
  Owned<EVP_MD_CTX> const context(EVP_MD_CTX_new());
  std::size_t size = 0;
  require(context &&
          EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
          EVP_DigestSign(context.get(), nullptr, &size, bytes_of(data), data.size()) == 1);
  std::string der(size, '\0');
  require(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(der.data()), &size,
                         bytes_of(data), data.size()) == 1);
  auto const* at = bytes_of(der);
  Owned<ECDSA_SIG> const signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size)));
  require(signature != nullptr);
  std::string out(2 * kScalarBytes, '\0');
  auto* raw = reinterpret_cast<unsigned char*>(out.data());
  require(BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), raw, kScalarBytes) == kScalarBytes &&
          BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), raw + kScalarBytes, kScalarBytes) ==
              kScalarBytes);
  return out;
}

bool is_p256_point(std::string_view point) { return evp::p256_key(point) != nullptr; }

}  // namespace carillon
