// Access tokens: self-verifying, so that they survive a restart and are good on every node.
//
// Shape   token = AES(kind, tenant, app, window, secret version, check) as 32 hex digits; dialects
//         put their prefix before it. Windows start every 90 minutes, offset per app, and live
//         120: asking twice in a window gives the same token, and two are good at once at times.
//         What people sign in with is sealed with a nonce instead (80 digits): no two are alike,
//         so that each can be ended by itself (core/spend_token.h).
// Source  design.md section 3; feishu.md 1.2: the same token while 30 minutes or more remain.
// Errors  token_invalid: forged, expired, of a withdrawn secret. Whether the app is enabled is not
//         asked here: dialects answer that with other codes.
// Cost    Pure; below a microsecond. Any thread.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "access/app.h"
#include "access/organisation.h"
#include "base/clock.h"
#include "base/result.h"
#include "crypto/crypto.h"

namespace carillon {

enum class TokenKind : std::uint8_t {
  tenant = 1,        // an app in one tenant
  app = 2,           // a store app as such
  person = 3,        // a session of one user; `minor` is the user
  code = 4,          // the one-time code of a link to the inbox
  ticket = 5,        // what a store app proves itself with, besides its secret
  door = 6,          // the right to open one app's long connection
  live = 7,          // the right to open one person's live inbox
  the_operator = 8,  // a session of one operator; `minor` is their number
};

// What tells one session, code or ticket of a person or operator from every other: it is random.
using TokenId = std::array<std::uint8_t, 12>;

struct IssuedToken {
  std::string hex;  // 32 digits, no prefix
  std::chrono::seconds remaining;
};

// Who a good token speaks for.
struct AppCaller {
  TenantNo tenant;
  App const* app;  // of the organisation that was asked
};

class Tokens {
 public:
  explicit Tokens(Key const& installation_key)
      : cipher_(derive_key(installation_key, "tokens")),
        session_key_(derive_key(installation_key, "sessions")) {}

  IssuedToken issue(TokenKind kind, TenantNo tenant, App const& app, Secret const& secret,
                    Time now) const;
  Result<AppCaller> verify(TokenKind kind, std::string_view hex, Organisation const& organisation,
                           Time now) const;

  // A store app's own token, and the secret with which it was made.
  // Errors  token_invalid.
  struct AppToken {
    App const* app;  // of the organisation that was asked
    Secret const* secret;
  };
  Result<AppToken> verify_app(std::string_view hex, Organisation const& organisation,
                              Time now) const;

  // A new ticket every hour, good for twelve: as long as clients keep it.
  std::string issue_ticket(App const& app, Time now) const;
  bool is_ticket(std::string_view hex, App const& app, Time now) const;

  // Good for one to two minutes, and no longer than the secret that was shown for it.
  std::string issue_door(App const& app, Secret const& secret, Time now) const;
  // Errors  token_invalid.
  Result<AppToken> verify_door(std::string_view hex, Organisation const& organisation,
                               Time now) const;

  // A person's session, good until `expires` (in whole minutes, rounded up); and who it is.
  std::string issue_session(TokenKind kind, TenantNo tenant, UserNo user, Time expires) const;
  struct Person {
    TenantNo tenant;
    UserNo user;
    Time expires;
    TokenId id{};
  };
  Result<Person> verify_session(TokenKind kind, std::string_view hex,
                                Organisation const& organisation, Time now) const;

  // An operator's. No number: whoever holds the admin token. `revision` counts modulo 2^24; whether
  // it is still the account's is the caller's question.
  struct OperatorSession {
    OperatorNo no;
    std::uint32_t revision = 0;
    Time expires{};
    TokenId id{};
  };
  std::string issue_operator(OperatorNo no, std::uint32_t revision, Time expires) const;
  Result<OperatorSession> verify_operator(std::string_view hex, Time now) const;

 private:
  struct Known {
    TenantNo tenant;
    App const* app;
    Secret const* secret;
  };
  Result<Known> read(TokenKind kind, std::string_view hex, Organisation const& organisation,
                     Time now) const;

  // Who a sealed token names.
  struct Sealed {
    std::uint32_t group = 0;  // the tenant, or the revision: 24 bits
    std::uint32_t number = 0;
    Time expires{};
    TokenId id{};
  };
  std::string seal_token(TokenKind kind, Sealed const& sealed) const;
  Result<Sealed> unseal_token(TokenKind kind, std::string_view hex, Time now) const;

  BlockCipher cipher_;
  Key session_key_;
};

}  // namespace carillon
