// What a sign-in by OpenID Connect is known by while the browser is away at the provider, and who
// the claims it comes back with are. Pure, but for the sealing's nonce.
//
// Shape   A cookie keeps the sign-in, sealed; it comes back with the browser and must be of the
//         `state` that the provider returns.
// Source  docs/decisions/0023-openid-connect.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "access/operator.h"
#include "access/organisation.h"
#include "base/result.h"
#include "crypto/crypto.h"
#include "dialect/console/dialect.h"
#include "oidc/provider.h"

namespace carillon::console {

enum class SignInWho : std::uint8_t { person, the_operator };

struct PendingSignIn {
  oidc::SignIn sign_in;
  SignInWho who = SignInWho::person;
  std::string next;  // where the browser goes then: a path of ours
  Time expires{};
};

std::string seal_pending(Key const& key, PendingSignIn const& pending);
// Errors  token_invalid: none of ours, too old, or of another state.
Result<PendingSignIn> unseal_pending(Key const& key, std::string_view text, std::string_view state,
                                     Time now);

// A path of this server and nothing that a browser could take for another's address.
bool is_local_path(std::string_view path);

// Whose inbox it is.
// Errors  user_unknown: nobody here, or more than one tenant could be meant.
struct PersonFound {
  TenantNo tenant;
  UserNo user;
};
Result<PersonFound> find_claimed_person(Organisation const& organisation,
                                        OidcSettings const& settings, oidc::Claims const& claims);

// The best role that the groups in the claims give.
std::optional<Role> claimed_role(OidcSettings const& settings, oidc::Claims const& claims);
// By which the operator is known.
// Errors  user_unknown: no such claim, or an address that the provider has not checked.
Result<std::string> claimed_name(OidcSettings const& settings, oidc::Claims const& claims);

}  // namespace carillon::console
