#include "dialect/console/oidc_sign_in.h"

#include <algorithm>

#include "json/reader.h"
#include "json/writer.h"

namespace carillon::console {
namespace {

constexpr std::size_t kPathBytesMax = 512;

Error not_ours() { return fail(Errc::token_invalid, "this is no sign-in that began here"); }
Error nobody(std::string why) { return fail(Errc::user_unknown, std::move(why)); }

// An address counts only if the provider says that it was checked.
Result<std::string> get_claim(oidc::Claims const& claims, std::string const& name) {
  auto const text = claims.text(name);
  if (text.empty()) return nobody("the provider gives no claim \"" + name + "\"");
  if (name == "email") {
    auto const verified = claims.find("email_verified");
    if (!verified || !verified->boolean()) return nobody("the provider has not checked the email");
  }
  return std::string(text);
}

Directory const* find_claimed_tenant(Organisation const& organisation, OidcSettings const& settings,
                                     oidc::Claims const& claims) {
  if (!settings.tenant_claim.empty()) {
    return organisation.find_tenant(claims.text(settings.tenant_claim));
  }
  if (!settings.tenant_key.empty()) return organisation.find_tenant(settings.tenant_key);
  auto const& all = organisation.directories;
  return all.size() == 1 ? all.front().get() : nullptr;
}

bool in_group(json::Value groups, std::string_view group) {
  if (groups.is_string()) return groups.string() == group;
  for (auto const entry : groups.elements()) {
    if (entry.is_string() && entry.string() == group) return true;
  }
  return false;
}

}  // namespace

std::string seal_pending(Key const& key, PendingSignIn const& pending) {
  std::string text;
  json::Writer(text)
      .begin_object()
      .field("state", pending.sign_in.state)
      .field("nonce", pending.sign_in.nonce)
      .field("verifier", pending.sign_in.verifier)
      .field("operator", pending.who == SignInWho::the_operator)
      .field("next", pending.next)
      .field("expires", to_ms(pending.expires))
      .end_object();
  return to_base64url(seal(derive_key(key, "oidc sign-in"), text));
}

Result<PendingSignIn> unseal_pending(Key const& key, std::string_view text, std::string_view state,
                                     Time now) {
  auto const sealed = from_base64url(text);
  auto const plain = sealed ? unseal(derive_key(key, "oidc sign-in"), *sealed) : std::nullopt;
  if (!plain) return not_ours();
  TRY(auto const document, json::parse_json(*plain));
  auto const field = [&](std::string_view name) {
    return document.root().find_present(name).value_or(json::Value());
  };
  PendingSignIn out;
  out.sign_in = {std::string(field("state").string()), std::string(field("nonce").string()),
                 std::string(field("verifier").string())};
  out.who = field("operator").boolean() ? SignInWho::the_operator : SignInWho::person;
  out.next = field("next").string();
  out.expires = from_ms(field("expires").integer().value_or(0));
  bool const same = !state.empty() && equal_constant_time(out.sign_in.state, state);
  if (!same || out.expires <= now) return not_ours();
  return out;
}

bool is_local_path(std::string_view path) {
  return path.size() <= kPathBytesMax && path.starts_with('/') && !path.starts_with("//") &&
         std::all_of(path.begin(), path.end(), [](unsigned char c) {
           return c > ' ' && c < 0x7f && c != '\\';  // browsers take a backslash for a slash
         });
}

Result<PersonFound> find_claimed_person(Organisation const& organisation,
                                        OidcSettings const& settings, oidc::Claims const& claims) {
  auto const* const directory = find_claimed_tenant(organisation, settings, claims);
  if (directory == nullptr) return nobody("it is not said of which tenant they are");
  TRY(auto const claim, get_claim(claims, settings.person_claim));
  auto const user =
      settings.person_is == "email" ? directory->find_email(claim) : directory->find_user(claim);
  if (!user || !directory->active().contains(*user)) {
    return nobody("no active user of that " + settings.person_is);
  }
  return PersonFound{directory->tenant().no, *user};
}

std::optional<Role> claimed_role(OidcSettings const& settings, oidc::Claims const& claims) {
  auto const groups = claims.find(settings.operator_groups_claim);
  if (!groups) return std::nullopt;
  std::optional<Role> best;
  for (auto const& [group, role] : settings.operator_roles) {
    if (in_group(*groups, group) && (!best || role > *best)) best = role;
  }
  return best;
}

Result<std::string> claimed_name(OidcSettings const& settings, oidc::Claims const& claims) {
  return get_claim(claims, settings.operator_claim);
}

}  // namespace carillon::console
