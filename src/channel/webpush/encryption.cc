#include "channel/webpush/encryption.h"

#include <algorithm>
#include <array>

#include "json/writer.h"

namespace carillon::webpush {
namespace {

constexpr char kLastRecord = 2;  // RFC 8188: what ends the last record, before its padding
// The size of a record is that of all our bodies: there is one.
constexpr std::string_view kRecordSize{"\0\0\x10\0", 4};

template <std::size_t n>
std::array<std::uint8_t, n> to_array(std::string const& bytes) {
  std::array<std::uint8_t, n> out{};
  std::copy_n(bytes.begin(), n, out.begin());
  return out;
}

}  // namespace

Result<std::string> encrypt(std::string_view plain, PushSubscription const& to,
                            P256Key const& sender, std::string_view salt) {
  using namespace std::string_literals;
  auto const shared = sender.agree(to.p256dh);
  if (!shared || to.auth.size() != kAuthBytes) {
    return fail(Errc::invalid_field, "these are not the keys of a subscription");
  }
  auto const info = "WebPush: info\0"s + to.p256dh + sender.public_point();
  auto const secret = hkdf_sha256(to.auth, *shared, info, 32);
  auto const key = hkdf_sha256(salt, secret, "Content-Encoding: aes128gcm\0"s, 16);
  auto const nonce = hkdf_sha256(salt, secret, "Content-Encoding: nonce\0"s, 12);
  std::string out(salt);
  out += kRecordSize;
  out.push_back(static_cast<char>(sender.public_point().size()));
  out += sender.public_point();
  out += encrypt_gcm(to_array<16>(key), to_array<12>(nonce), std::string(plain) + kLastRecord);
  return out;
}

Result<std::string> encrypt(std::string_view plain, PushSubscription const& to) {
  std::string salt(kSaltBytes, '\0');
  random_bytes(salt.data(), salt.size());
  return encrypt(plain, to, P256Key::generate(), salt);
}

std::string authorization(P256Key const& key, std::string_view origin, std::string_view contact,
                          Time expires) {
  std::string claims;
  json::Writer(claims)
      .begin_object()
      .field("aud", origin)
      .field("exp", to_ms(expires) / 1000)
      .field("sub", contact)
      .end_object();
  auto const text = to_base64url(R"({"typ":"JWT","alg":"ES256"})") + "." + to_base64url(claims);
  return "vapid t=" + text + "." + to_base64url(key.sign(text)) +
         ", k=" + to_base64url(key.public_point());
}

}  // namespace carillon::webpush
