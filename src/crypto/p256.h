// A key of the curve P-256: agreeing on a secret with another (ECDH), and signing (ES256).
//
// Shape   Points are 65 bytes: 4, then x and y. A signature is r and s, 32 bytes each, as JOSE has
//         them (RFC 7518, section 3.4).
// Errors  A failure of the library itself throws std::runtime_error.
// Cost    Some 50 microseconds an operation. Any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/crypto.h"

struct evp_pkey_st;

namespace carillon {

class P256Key {
 public:
  static P256Key generate();
  // The key for one purpose, derived from the installation's key: always the same one.
  static P256Key derive(Key const& key, std::string_view purpose);
  // 32 bytes, big-endian; none: not a number of the curve.
  static std::optional<P256Key> from_scalar(std::string_view scalar);

  std::string const& public_point() const { return public_point_; }
  // 32 bytes; none: not a point of the curve.
  std::optional<std::string> agree(std::string_view point) const;
  std::string sign(std::string_view data) const;

 private:
  P256Key(std::shared_ptr<evp_pkey_st> key, std::string public_point)
      : key_(std::move(key)), public_point_(std::move(public_point)) {}

  std::shared_ptr<evp_pkey_st> key_;
  std::string public_point_;
};

bool is_p256_point(std::string_view point);

}  // namespace carillon
