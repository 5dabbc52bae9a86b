// Who calls: the operator, an app, or a person.
//
// Shape   All three send `Authorization: Bearer TOKEN`. The operator's token is the server's admin
//         token; an app's is any access token of its own ("t-" and 32 hex digits); a person's
//         comes from POST /api/v1/sessions ("s-" and 32 hex digits).
// Source  design.md section 5. An app sees its own batches of the token's tenant, a person their
//         own inbox (I7).
// Errors  token_missing, token_invalid; app_deleted, app_disabled, app_not_installed, ip_denied;
//         forbidden if somebody good calls what is not theirs.
// Cost    Memory only, about a microsecond; any thread.
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

enum class CallerKind : std::uint8_t { the_operator, app, person };

// Pointers are of `organisation`, the one that the call was checked against.
struct Caller {
  CallerKind kind = CallerKind::person;
  std::shared_ptr<Organisation const> organisation;
  Time now{};
  TenantNo tenant;           // of an app or a person
  App const* app = nullptr;  // of an app
  UserNo user;               // of a person
  Time expires{};            // of a person's session
};

// What the Authorization header says, and from where; kept by calls that last.
struct Credentials {
  std::string token;  // empty: none was sent
  std::string remote;
};
Credentials read_credentials(http::Request const& request);
Result<Caller> find_caller(Context const& context, Credentials const& credentials);

Result<Caller> require_operator(Context const& context, http::Request const& request);
Result<Caller> require_operator_or_app(Context const& context, http::Request const& request);
Result<Caller> require_person(Context const& context, http::Request const& request);

}  // namespace carillon::console
