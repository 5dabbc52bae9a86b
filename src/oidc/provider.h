// The OpenID provider that this server trusts: where to send people, and who comes back.
//
// Shape   begin() gives the address to send a browser to; finish() turns what it brings back into
//         claims. Both may fetch the provider's own description and keys, which are kept a while;
//         keys are fetched anew when a token names one that is not known.
//         The claims are those of the ID token, and where one is not in it, of the userinfo
//         endpoint, whose subject must be the same.
// Source  OpenID Connect Core 1.0 and Discovery 1.0; RFC 7636 (PKCE, S256 only); RFC 9207 (iss).
// Errors  unavailable: the provider cannot be reached, or answers what it must not. token_invalid:
//         what came back proves nothing.
// Threads Any that may wait: a call of the provider takes up to `rules.timeout`.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "channel/webhook/webhooks.h"
#include "json/reader.h"
#include "oidc/id_token.h"

namespace carillon::oidc {

struct ProviderOptions {
  std::string issuer;  // empty: there is no provider
  std::string client_id;
  std::string client_secret;  // empty: a public client, PKCE alone
  std::string scopes = "openid profile email";
  webhook::Rules rules;
};

// What one sign-in is known by; kept by the browser, sealed, until it comes back.
struct SignIn {
  std::string state;
  std::string nonce;
  std::string verifier;  // of PKCE
};
SignIn new_sign_in();

// What the browser brings back.
struct Returned {
  std::string code;
  std::string issuer;  // "iss"; empty: none was given
};

class Claims {
 public:
  Claims(json::Document id_token, std::optional<json::Document> userinfo)
      : id_token_(std::move(id_token)), userinfo_(std::move(userinfo)) {}

  // Null is no claim.
  std::optional<json::Value> find(std::string_view name) const;
  // Empty unless it is text.
  std::string_view text(std::string_view name) const;

 private:
  json::Document id_token_;
  std::optional<json::Document> userinfo_;
};

class Provider {
 public:
  Provider(Clock const& clock, ProviderOptions options)
      : clock_(clock), options_(std::move(options)), calls_(options_.rules) {}

  bool configured() const { return !options_.issuer.empty(); }

  Result<std::string> begin(SignIn const& sign_in, std::string_view redirect_uri);
  // `wanted`: claims for which the userinfo endpoint is asked if the ID token lacks one.
  Result<Claims> finish(SignIn const& sign_in, Returned const& returned,
                        std::string_view redirect_uri, std::vector<std::string> const& wanted);

 private:
  // Of the discovery document.
  struct Description {
    std::string authorization_endpoint;
    std::string token_endpoint;
    std::string jwks_uri;
    std::string userinfo_endpoint;  // may be empty
    bool post_secret = false;       // in the form, not in a header
    bool names_issuer = false;      // whoever comes back brings "iss"
    Time fetched_at{};
  };
  struct Tokens {
    std::string id_token;
    std::string access_token;
  };

  Result<Description> describe();
  Result<std::vector<WebKey>> keys(Description const& description, std::string const& key_id);
  Result<Tokens> redeem(Description const& description, SignIn const& sign_in,
                        std::string_view code, std::string_view redirect_uri);
  Result<json::Document> fetch(webhook::Call const& call, std::string_view what);
  Result<void> check_url(std::string_view url) const;

  Clock const& clock_;
  ProviderOptions const options_;
  webhook::Webhooks calls_;

  std::mutex mutex_;
  std::optional<Description> description_;  // guarded by mutex_, as all below
  std::vector<WebKey> keys_;
  Time keys_fetched_at_{};
  Time keys_sought_at_{};  // last fetched because one was not known
};

}  // namespace carillon::oidc
