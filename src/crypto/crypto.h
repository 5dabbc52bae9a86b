// The few cryptographic tools that the product needs, over OpenSSL.
//
// Errors  A failure of the library itself (no memory, no randomness) throws std::runtime_error.
// Cost    One AES block or HMAC: well under a microsecond. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace carillon {

using Key = std::array<std::uint8_t, 32>;
using CipherBlock = std::array<std::uint8_t, 16>;

std::array<std::uint8_t, 32> sha256(std::string_view data);
// The same over bytes that come in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256 const&) = delete;
  Sha256& operator=(Sha256 const&) = delete;
  void add(std::string_view data);
  std::array<std::uint8_t, 32> finish();

 private:
  void* context_;
};
std::array<std::uint8_t, 32> hmac_sha256(Key const& key, std::string_view data);
// HKDF (RFC 5869) over SHA-256: `bytes` of them.
std::string hkdf_sha256(std::string_view salt, std::string_view secret, std::string_view info,
                        std::size_t bytes);
// The key for one purpose, derived from the installation's key.
Key derive_key(Key const& key, std::string_view purpose);
void random_bytes(void* out, std::size_t n);
Key random_key();
bool equal_constant_time(std::string_view a, std::string_view b);

std::string to_hex(void const* bytes, std::size_t n);           // lower case
bool from_hex(std::string_view hex, void* out, std::size_t n);  // either case; exactly 2n digits
std::string to_base64(std::string_view bytes);
// RFC 4648, section 5, without padding; reading takes either.
std::string to_base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);

// AES-128 on single blocks: turns a structured 16 bytes into 16 that look random, and back.
class BlockCipher {
 public:
  explicit BlockCipher(Key const& key);  // uses the first 16 bytes
  CipherBlock encrypt(CipherBlock const& plain) const;
  CipherBlock decrypt(CipherBlock const& cipher) const;

 private:
  std::array<std::uint8_t, 16> key_;
};

// AES-256-GCM with a fresh nonce: what must be kept secret at rest and read back by us.
std::string seal(Key const& key, std::string_view plain);
std::optional<std::string> unseal(Key const& key, std::string_view sealed);

// AES-128-GCM with a key and a nonce that are used once: the ciphertext, then the tag.
std::string encrypt_gcm(std::array<std::uint8_t, 16> const& key,
                        std::array<std::uint8_t, 12> const& nonce, std::string_view plain);

// AES-256-CBC with PKCS#7 padding and no check of its own, for partners whose form it is: the fresh
// IV, then the ciphertext.
std::string encrypt_cbc(Key const& key, std::string_view plain);

}  // namespace carillon
