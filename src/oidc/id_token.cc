#include "oidc/id_token.h"

#include <algorithm>
#include <utility>

#include "crypto/crypto.h"

namespace carillon::oidc {
namespace {

constexpr std::size_t kTokenBytesMax = 64 * 1024;
constexpr std::size_t kKeysMax = 100;
constexpr std::size_t kSubjectBytesMax = 255;
constexpr std::int64_t kLeewaySeconds = 60;  // clocks differ

Error wrong(std::string what) { return fail(Errc::token_invalid, "the ID token " + what); }

struct Parts {
  std::string_view head;
  std::string_view claims;
  std::string_view signature;
  std::string_view signed_text;  // head and claims
};

Result<Parts> split(std::string_view token) {
  auto const first = token.find('.');
  auto const second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos ||
      token.size() > kTokenBytesMax) {
    return wrong("is not three parts");
  }
  return Parts{token.substr(0, first), token.substr(first + 1, second - first - 1),
               token.substr(second + 1), token.substr(0, second)};
}

Result<json::Document> read_object(std::string_view part) {
  auto const text = from_base64url(part);
  if (!text) return wrong("is not base64url");
  auto document = json::parse_json(*text);
  if (!document || !document->root().is_object()) return wrong("is not JSON");
  return std::move(*document);
}

std::optional<SignatureKind> kind_of(std::string_view algorithm) {
  if (algorithm == "RS256") return SignatureKind::rs256;
  if (algorithm == "ES256") return SignatureKind::es256;
  if (algorithm == "EdDSA") return SignatureKind::eddsa;
  return std::nullopt;
}

std::optional<std::int64_t> seconds(json::Value object, std::string_view name) {
  auto const value = object.find_present(name);
  if (!value || !value->is_number()) return std::nullopt;
  if (auto const whole = value->integer()) return whole;
  auto const number = value->number();  // "NumericDate" may have a fraction
  if (!(number > -1e15 && number < 1e15)) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

Result<void> check_signature(Parts const& parts, std::span<WebKey const> keys) {
  TRY(auto const head, read_object(parts.head));
  auto const kind = kind_of(text_of(head.root(), "alg"));
  if (!kind) return wrong("is signed in a way that is not taken");
  if (head.root().find("crit")) return wrong("wants to be understood in a way that we do not know");
  auto const signature = from_base64url(parts.signature);
  if (!signature) return wrong("is not base64url");
  auto const id = text_of(head.root(), "kid");
  for (auto const& key : keys) {
    if (key.key.kind() != *kind || (!id.empty() && key.id != id)) continue;
    if (key.key.verify(parts.signed_text, *signature)) return {};
  }
  return wrong("is not signed with a key of the provider");
}

// RFC 7519: one text, or a list of them.
bool is_only_for(json::Value claims, std::string_view client_id) {
  auto const audience = claims.find_present("aud");
  if (!audience) return false;
  bool named = audience->is_string() && audience->string() == client_id;
  for (auto const entry : audience->elements()) {
    named = named || (entry.is_string() && entry.string() == client_id);
  }
  bool const several = audience->is_array() && audience->size() > 1;
  auto const party = claims.find_present("azp");
  bool const ours = party && party->is_string() && party->string() == client_id;
  return named && (party ? ours : !several);
}

Result<void> check_claims(json::Value claims, TokenRules const& rules) {
  auto const now = to_ms(rules.now) / 1000;
  if (text_of(claims, "iss") != rules.issuer) return wrong("is of another issuer");
  if (!is_only_for(claims, rules.client_id)) return wrong("is for somebody else");
  auto const expires = seconds(claims, "exp");
  if (!expires || *expires + kLeewaySeconds <= now) return wrong("has expired");
  auto const issued = seconds(claims, "iat");
  if (!issued || *issued - kLeewaySeconds > now) return wrong("is of the future");
  auto const begins = seconds(claims, "nbf");
  if (begins && *begins - kLeewaySeconds > now) return wrong("is not good yet");
  if (!equal_constant_time(text_of(claims, "nonce"), rules.nonce) || rules.nonce.empty()) {
    return wrong("is of another sign-in");
  }
  auto const subject = text_of(claims, "sub");
  if (subject.empty() || subject.size() > kSubjectBytesMax) return wrong("names nobody");
  return {};
}

std::optional<PublicKey> read_key(json::Value key) {
  auto const bytes = [&](std::string_view name) {
    return from_base64url(text_of(key, name)).value_or(std::string());
  };
  auto const type = text_of(key, "kty");
  auto const curve = text_of(key, "crv");
  if (type == "RSA") return PublicKey::rsa(bytes("n"), bytes("e"));
  if (type == "EC" && curve == "P-256") return PublicKey::p256(bytes("x"), bytes("y"));
  if (type == "OKP" && curve == "Ed25519") return PublicKey::ed25519(bytes("x"));
  return std::nullopt;
}

}  // namespace

std::string_view text_of(json::Value object, std::string_view name) {
  auto const value = object.find_present(name);
  return value && value->is_string() ? value->string() : std::string_view();
}

Result<std::vector<WebKey>> read_keys(std::string_view json) {
  TRY(auto const document, json::parse_json(json));
  auto const keys = document.root().find_present("keys");
  if (!keys || !keys->is_array()) return fail(Errc::bad_json, "there are no keys");
  std::vector<WebKey> out;
  for (auto const key : keys->elements()) {
    auto const use = text_of(key, "use");
    auto const algorithm = text_of(key, "alg");
    auto usable = read_key(key);
    if (!usable || (!use.empty() && use != "sig") || out.size() == kKeysMax) continue;
    if (!algorithm.empty() && kind_of(algorithm) != usable->kind()) continue;
    out.push_back({std::string(text_of(key, "kid")), *std::move(usable)});
  }
  return out;
}

Result<std::string> key_id_of(std::string_view token) {
  TRY(auto const parts, split(token));
  TRY(auto const head, read_object(parts.head));
  return std::string(text_of(head.root(), "kid"));
}

Result<json::Document> read_id_token(std::string_view token, std::span<WebKey const> keys,
                                     TokenRules const& rules) {
  TRY(auto const parts, split(token));
  CHECK_OK(check_signature(parts, keys));
  TRY(auto claims, read_object(parts.claims));
  CHECK_OK(check_claims(claims.root(), rules));
  return claims;
}

}  // namespace carillon::oidc
