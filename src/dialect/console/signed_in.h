// Who is signed in, as GET /api/v1/session and every sign-in answer it; and signing in itself.
#pragma once

#include <optional>
#include <string>

#include "dialect/console/callers.h"
#include "dialect/console/dialect.h"
#include "http/message.h"

namespace carillon::console {

struct SignedIn {
  std::optional<Caller> person;
  std::optional<Caller> the_operator;
};

// With a token: whom it speaks for; else those whose cookies are good.
SignedIn find_signed_in(Context const& context, http::Request const& request);
std::string render_signed_in(Context const& context, SignedIn const& who);

// A sign-in that a page of somebody else makes would put their account into our visitor's browser.
// Errors  forbidden.
Result<void> check_not_elsewhere(Context const& context, http::Request const& request);

// The answer to a sign-in: a session of its own in a cookie, which replaces whatever was there;
// the other kind of session of that browser stays.
http::Response start_person_session(Context const& context, TenantNo tenant, UserNo user,
                                    SignedIn others);
// `account` null: of whoever holds the admin token.
http::Response start_operator_session(Context const& context, Operator const* account,
                                      SignedIn others);

}  // namespace carillon::console
