// A public key of somebody else, to check their signatures with.
//
// Source  RFC 7518 (RS256, ES256), RFC 8037 (EdDSA with Ed25519).
// Errors  A failure of the library itself throws std::runtime_error.
// Cost    Some 50 to 150 microseconds a check. Any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

struct evp_pkey_st;

namespace carillon {

enum class SignatureKind : std::uint8_t { rs256, es256, eddsa };

class PublicKey {
 public:
  // All numbers big-endian. None: no such key, or an RSA key that is too short to be trusted.
  static std::optional<PublicKey> rsa(std::string_view modulus, std::string_view exponent);
  static std::optional<PublicKey> p256(std::string_view x, std::string_view y);
  static std::optional<PublicKey> ed25519(std::string_view x);

  SignatureKind kind() const { return kind_; }
  // A signature of another length or form is not good; nothing throws because of it.
  bool verify(std::string_view data, std::string_view signature) const;

 private:
  PublicKey(std::shared_ptr<evp_pkey_st> key, SignatureKind kind)
      : key_(std::move(key)), kind_(kind) {}

  std::shared_ptr<evp_pkey_st> key_;
  SignatureKind kind_;
};

}  // namespace carillon
