// The token by which a provider says who has signed in, and the keys that it is signed with.
//
// Source  OpenID Connect Core 1.0, 3.1.3.7; RFC 7515, 7517, 7519. Signatures are RS256, ES256 or
//         EdDSA: no "none", and nothing made with the client's secret.
// Errors  token_invalid, whose detail says for the log what is wrong. Any bytes may be given.
// Cost    Pure; one check of a signature.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "crypto/public_key.h"
#include "json/reader.h"

namespace carillon::oidc {

struct WebKey {
  std::string id;  // "kid"; may be empty
  PublicKey key;
};

// The signing keys of a JWK set that we can use; the others are passed over.
// Errors  bad_json.
Result<std::vector<WebKey>> read_keys(std::string_view json);

// A member that is text; empty if there is none.
std::string_view text_of(json::Value object, std::string_view name);

struct TokenRules {
  std::string issuer;
  std::string client_id;
  std::string nonce;  // that the sign-in began with
  Time now{};
};

// Which key a token says it is signed with: its "kid", empty if it has none.
Result<std::string> key_id_of(std::string_view token);
// Its claims, all checked; "sub" is text.
Result<json::Document> read_id_token(std::string_view token, std::span<WebKey const> keys,
                                     TokenRules const& rules);

}  // namespace carillon::oidc
