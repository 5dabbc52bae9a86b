#include "oidc/provider.h"

#include <algorithm>
#include <utility>

#include "crypto/crypto.h"
#include "http/percent.h"

namespace carillon::oidc {
namespace {

using namespace std::chrono_literals;

constexpr auto kKept = 1h;
constexpr auto kKeysAgain = 10s;  // tokens with made-up keys must not have us fetch each time
constexpr int kOk = 200;

Error unfit(std::string what) { return fail(Errc::unavailable, "the OpenID provider " + what); }

std::string random_text() {
  std::string bytes(32, '\0');
  random_bytes(bytes.data(), bytes.size());
  return to_base64url(bytes);
}

std::string base64url_of(std::array<std::uint8_t, 32> const& hash) {
  return to_base64url({reinterpret_cast<char const*>(hash.data()), hash.size()});
}

std::string form(std::vector<std::pair<std::string_view, std::string_view>> const& fields) {
  std::string out;
  for (auto const& [name, value] : fields) {
    out.append(out.empty() ? "" : "&").append(name).append("=").append(http::percent_encode(value));
  }
  return out;
}

// True if the list is absent: then the standard's default holds, which `absent` says.
bool lists(json::Value object, std::string_view name, std::string_view wanted, bool absent) {
  auto const list = object.find_present(name);
  if (!list) return absent;
  for (auto const entry : list->elements()) {
    if (entry.is_string() && entry.string() == wanted) return true;
  }
  return false;
}

}  // namespace

SignIn new_sign_in() { return {random_text(), random_text(), random_text()}; }

std::optional<json::Value> Claims::find(std::string_view name) const {
  if (auto const value = id_token_.root().find_present(name)) return value;
  if (userinfo_) return userinfo_->root().find_present(name);
  return std::nullopt;
}

std::string_view Claims::text(std::string_view name) const {
  auto const value = find(name);
  return value && value->is_string() ? value->string() : std::string_view();
}

// Without TLS only where addresses were allowed to try things out with.
Result<void> Provider::check_url(std::string_view url) const {
  CHECK_OK(webhook::split_url(url));
  if (url.starts_with("https://") || !options_.rules.allowed.empty()) return {};
  return unfit("is not reached by https");
}

Result<json::Document> Provider::fetch(webhook::Call const& call, std::string_view what) {
  CHECK_OK(check_url(call.url));
  TRY(auto const answer, calls_.send(call));
  if (answer.status != kOk) {
    return unfit("answered " + std::to_string(answer.status) + " when asked for " +
                 std::string(what));
  }
  auto document = json::parse_json(answer.body);
  if (!document || !document->root().is_object()) {
    return unfit("gives no JSON when asked for " + std::string(what));
  }
  return std::move(*document);
}

Result<Provider::Description> Provider::describe() {
  auto const now = clock_.now();
  {
    std::lock_guard const lock(mutex_);
    if (description_ && now - description_->fetched_at < kKept) return *description_;
  }
  std::string_view base = options_.issuer;
  if (base.ends_with('/')) base.remove_suffix(1);
  webhook::Call call;
  call.url = std::string(base) + "/.well-known/openid-configuration";
  TRY(auto const document, fetch(call, "its description"));
  auto const root = document.root();
  if (text_of(root, "issuer") != options_.issuer) return unfit("calls itself by another name");
  if (!lists(root, "code_challenge_methods_supported", "S256", true)) {
    return unfit("does not know PKCE with S256");
  }
  Description out;
  out.authorization_endpoint = text_of(root, "authorization_endpoint");
  out.token_endpoint = text_of(root, "token_endpoint");
  out.jwks_uri = text_of(root, "jwks_uri");
  out.userinfo_endpoint = text_of(root, "userinfo_endpoint");
  for (auto const* url : {&out.authorization_endpoint, &out.token_endpoint, &out.jwks_uri}) {
    CHECK_OK(check_url(*url));
  }
  constexpr char kMethods[] = "token_endpoint_auth_methods_supported";
  out.post_secret = !lists(root, kMethods, "client_secret_basic", true) &&
                    lists(root, kMethods, "client_secret_post", false);
  auto const names = root.find_present("authorization_response_iss_parameter_supported");
  out.names_issuer = names && names->boolean();
  out.fetched_at = now;
  std::lock_guard const lock(mutex_);
  description_ = out;
  return out;
}

Result<std::vector<WebKey>> Provider::keys(Description const& description,
                                           std::string const& key_id) {
  auto const now = clock_.now();
  {
    std::lock_guard const lock(mutex_);
    auto const age = now - keys_fetched_at_;
    bool const known =
        key_id.empty() ||
        std::any_of(keys_.begin(), keys_.end(), [&](auto const& key) { return key.id == key_id; });
    bool const kept = age < kKept && (known || now - keys_sought_at_ < kKeysAgain);
    if (kept) return keys_;
    if (age < kKept) keys_sought_at_ = now;
  }
  webhook::Call call;
  call.url = description.jwks_uri;
  TRY(auto const answer, calls_.send(call));
  if (answer.status != kOk) return unfit("does not show its keys");
  auto fresh = read_keys(answer.body);
  if (!fresh) return unfit("does not show its keys");
  std::lock_guard const lock(mutex_);
  keys_ = *fresh;
  keys_fetched_at_ = now;
  return std::move(*fresh);
}

Result<std::string> Provider::begin(SignIn const& sign_in, std::string_view redirect_uri) {
  TRY(auto const description, describe());
  auto const& endpoint = description.authorization_endpoint;
  return endpoint + (endpoint.find('?') == std::string::npos ? "?" : "&") +
         form({{"response_type", "code"},
               {"client_id", options_.client_id},
               {"redirect_uri", redirect_uri},
               {"scope", options_.scopes},
               {"state", sign_in.state},
               {"nonce", sign_in.nonce},
               {"code_challenge", base64url_of(sha256(sign_in.verifier))},
               {"code_challenge_method", "S256"}});
}

Result<Provider::Tokens> Provider::redeem(Description const& description, SignIn const& sign_in,
                                          std::string_view code, std::string_view redirect_uri) {
  auto const& secret = options_.client_secret;
  bool const in_header = !secret.empty() && !description.post_secret;
  webhook::Call call;
  call.method = "POST";
  call.url = description.token_endpoint;
  call.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                  {"Accept", "application/json"}};
  call.body = form({{"grant_type", "authorization_code"},
                    {"code", code},
                    {"redirect_uri", redirect_uri},
                    {"code_verifier", sign_in.verifier}});
  if (in_header) {
    call.headers.emplace_back("Authorization",
                              "Basic " + to_base64(http::percent_encode(options_.client_id) + ":" +
                                                   http::percent_encode(secret)));
  } else {
    call.body += "&" + form({{"client_id", options_.client_id}});
    if (!secret.empty()) call.body += "&" + form({{"client_secret", secret}});
  }
  CHECK_OK(check_url(call.url));
  TRY(auto const answer, calls_.send(call));
  auto const document = json::parse_json(answer.body);
  auto const root = document ? document->root() : json::Value();
  if (answer.status != kOk) {
    // The code was not good; that is for the provider to say.
    if (answer.status >= 400 && answer.status < 500) {
      return fail(Errc::token_invalid,
                  "the OpenID provider refuses the code: " + std::string(text_of(root, "error")));
    }
    return unfit("answered " + std::to_string(answer.status) + " when given the code");
  }
  Tokens out{std::string(text_of(root, "id_token")), std::string(text_of(root, "access_token"))};
  if (out.id_token.empty()) return unfit("gives no ID token");
  return out;
}

Result<Claims> Provider::finish(SignIn const& sign_in, Returned const& returned,
                                std::string_view redirect_uri,
                                std::vector<std::string> const& wanted) {
  TRY(auto const description, describe());
  // An answer of another provider must not be redeemed at this one.
  bool const named = !returned.issuer.empty();
  if ((named || description.names_issuer) && returned.issuer != options_.issuer) {
    return fail(Errc::token_invalid, "the answer is of another OpenID provider");
  }
  TRY(auto const tokens, redeem(description, sign_in, returned.code, redirect_uri));
  TRY(auto const key_id, key_id_of(tokens.id_token));
  TRY(auto const known, keys(description, key_id));
  TokenRules const rules{options_.issuer, options_.client_id, sign_in.nonce, clock_.now()};
  TRY(auto claims, read_id_token(tokens.id_token, known, rules));
  bool const complete = std::all_of(wanted.begin(), wanted.end(), [&](std::string const& name) {
    return name.empty() || claims.root().find_present(name).has_value();
  });
  if (complete || description.userinfo_endpoint.empty() || tokens.access_token.empty()) {
    return Claims(std::move(claims), std::nullopt);
  }
  webhook::Call call;
  call.url = description.userinfo_endpoint;
  call.headers = {{"Authorization", "Bearer " + tokens.access_token},
                  {"Accept", "application/json"}};
  TRY(auto userinfo, fetch(call, "the claims"));
  if (text_of(userinfo.root(), "sub") != text_of(claims.root(), "sub")) {
    return fail(Errc::token_invalid, "the claims are of somebody else");
  }
  return Claims(std::move(claims), std::move(userinfo));
}

}  // namespace carillon::oidc
