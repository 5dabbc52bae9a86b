// A push message as its browser alone can read it, and the proof of who sends it.
//
// Source  RFC 8291 (with the aes128gcm coding of RFC 8188, one record); RFC 8292, "vapid".
// Errors  invalid_field: not a browser's key. Failures of the library throw.
// Cost    Some 150 microseconds. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "crypto/p256.h"
#include "inbox/push.h"

namespace carillon::webpush {

inline constexpr std::size_t kAuthBytes = 16;
inline constexpr std::size_t kSaltBytes = 16;

// The body of the POST; push services take bodies of 4096 bytes, so `plain` must be far shorter.
Result<std::string> encrypt(std::string_view plain, PushSubscription const& to);
// The same with the sender's key and the salt given, for tests.
Result<std::string> encrypt(std::string_view plain, PushSubscription const& to,
                            P256Key const& sender, std::string_view salt);

// The Authorization header for calls to that origin, good until `expires`; `contact` is a mailto:
// or https: address by which the push service reaches whoever runs this server.
std::string authorization(P256Key const& key, std::string_view origin, std::string_view contact,
                          Time expires);

}  // namespace carillon::webpush
