// Who calls: an operator, an app, or a person.
//
// Shape   All may send `Authorization: Bearer TOKEN`. The operator's is the server's admin token;
//         an app's is any access token of its own ("t-" and 32 hex digits); a person's comes from
//         POST /api/v1/sessions ("s-" and 80 hex digits). Without that header the cookies of those
//         who have signed in count: the person's where a person is wanted, else the operator's. A
//         cookie goes along by itself, so what changes something, and a WebSocket, must then come
//         from one of our own pages.
// Source  design.md section 5; docs/decisions/0015-sign-in.md. An app sees its own batches of the
//         token's tenant, a person their own inbox (I7).
// Errors  token_missing, token_invalid; app_deleted, app_disabled, app_not_installed, ip_denied;
//         forbidden if somebody good calls what is not theirs, or from a page that is not ours.
// Cost    Memory only, a few microseconds; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "access/organisation.h"
#include "base/clock.h"
#include "base/result.h"
#include "dialect/console/dialect.h"
#include "http/message.h"

namespace carillon::console {

// An app's token has this prefix if one dialect gave it, and is the digits alone from the other.
inline constexpr std::string_view kAppTokenPrefix = "t-";
inline constexpr std::size_t kTokenDigits = 32;
inline constexpr std::string_view kSessionTokenPrefix = "s-";
// What the log calls whoever holds the admin token; no account can be called so.
inline constexpr std::string_view kAdminTokenName = "admin token";

enum class CallerKind : std::uint8_t { the_operator, app, person };

// Pointers are of `organisation`, the one that the call was checked against.
struct Caller {
  CallerKind kind = CallerKind::person;
  std::shared_ptr<Organisation const> organisation;
  Time now{};
  TenantNo tenant;                    // of an app or a person
  App const* app = nullptr;           // of an app
  UserNo user;                        // of a person
  Operator const* account = nullptr;  // of an operator; null: the admin token
  Time expires{};                     // of a session; Time{}: it was no session
  TokenId session{};                  // likewise

  Role role() const { return account == nullptr ? Role::admin : account->role; }
  std::string_view operator_name() const {
    return account == nullptr ? kAdminTokenName : std::string_view(account->name);
  }
};

// What a request says of its caller, and from where; kept by calls that last.
struct Credentials {
  std::string token;  // of the Authorization header
  bool header = false;
  std::string person_cookie;  // without that header only
  std::string operator_cookie;
  bool own_page_needed = false;  // of a cookie, and it was not one of ours
  std::string remote;
};
Credentials read_credentials(Context const& context, http::Request const& request);

// Whose cookie counts where there is no token.
enum class Cookie : std::uint8_t { the_operator, person };
Result<Caller> find_caller(Context const& context, Credentials const& credentials,
                           Cookie cookie = Cookie::the_operator);

Result<Caller> require_operator(Context const& context, http::Request const& request,
                                Role least = Role::viewer);
Result<Caller> require_operator_or_app(Context const& context, http::Request const& request);
Result<Caller> require_person(Context const& context, http::Request const& request);

// forbidden: says which role is needed.
Result<void> check_role(Caller const& caller, Role least);

// The text compares equal to the admin token, in constant time.
bool is_admin_token(Context const& context, std::string_view token);
// What a session of whoever holds the admin token has as its revision: it ends with that token.
std::uint32_t admin_token_revision(Context const& context);
// What it has to be for a session of that account now.
inline std::uint32_t session_revision(Operator const& account) {
  return account.revision & 0xffffff;
}

}  // namespace carillon::console
