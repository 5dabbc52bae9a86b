// GET /api/v1/session/oidc/start and /callback: people and operators sign in at the organisation's
// own OpenID provider.
//
// Shape   start sends the browser there, the sign-in sealed in a cookie that lives ten minutes;
//         callback takes what it brings back, which must be of that cookie and works once, asks the
//         provider who it is, and sends the browser on to `next` with a session. Calls of the
//         provider are made on a thread that may wait.
//         Somebody whom the provider knows and we do not is sent back to the page as well, with
//         `sign_in_failed`, so that they read why.
// Source  docs/decisions/0023-openid-connect.md; OpenID Connect Core 1.0, 3.1.
// Errors  not_found: there is no provider; invalid_field; token_invalid: no sign-in that began in
//         this browser, or a second time; rate_limited; overloaded; unavailable.

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "core/manage_operator.h"
#include "core/note_action.h"
#include "core/spend_token.h"
#include "dialect/console/cookies.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "dialect/console/oidc_sign_in.h"
#include "dialect/console/sign_in_rate.h"
#include "dialect/console/signed_in.h"

namespace carillon::console {
namespace {

constexpr std::string_view kCookie = "carillon_sign_in";
constexpr std::chrono::minutes kTime{10};
constexpr std::size_t kParameterBytesMax = 4096;

std::string redirect_uri(Context const& context) {
  return context.public_url() + "/api/v1/session/oidc/callback";
}

http::Response go_to(std::string location) {
  http::Response out;
  out.status = 302;
  out.content_type = {};
  out.headers.emplace_back("Location", std::move(location));
  out.headers.emplace_back("Cache-Control", "no-store");
  out.headers.emplace_back("Referrer-Policy", "no-referrer");
  return out;
}

Result<void> check_configured(Context const& context) {
  if (context.provider != nullptr && context.provider->configured()) return {};
  return fail(Errc::not_found, "there is no OpenID provider; see the setting oidc.issuer");
}

Result<SignInWho> read_sign_in_who(http::Request const& request) {
  auto const who = request.query_param("who");
  if (who.empty() || who == "person") return SignInWho::person;
  if (who == "operator") return SignInWho::the_operator;
  return fail(Errc::invalid_field, "who must be person or operator");
}

std::string_view home_of(SignInWho who) { return who == SignInWho::person ? "/inbox" : "/console"; }

Result<void> wait_for(Context& context, std::function<void()> job) {
  if (context.run_waiting(std::move(job))) return {};
  return fail(Errc::overloaded, "too many sign-ins are waiting");
}

Result<void> start(Context& context, http::Request const& request, Answer answer) {
  CHECK_OK(check_configured(context));
  PendingSignIn pending;
  TRY(pending.who, read_sign_in_who(request));
  pending.next = request.query_param("next");
  if (pending.next.empty()) pending.next = home_of(pending.who);
  if (!is_local_path(pending.next)) {
    return fail(Errc::invalid_field, "next must be a path of this server");
  }
  CHECK_OK(count_sign_in(context, SignInBy::provider, request.remote));
  pending.sign_in = oidc::new_sign_in();
  pending.expires = context.engine.now() + kTime;
  return wait_for(context, [&context, pending = std::move(pending), answer] {
    auto address = context.provider->begin(pending.sign_in, redirect_uri(context));
    if (!address) return answer.fail(address.error());
    auto response = go_to(*std::move(address));
    set_cookie(response, kCookie, seal_pending(context.installation_key, pending), kTime,
               context.scheme, SameSite::lax);
    answer.send(std::move(response));
  });
}

// What a callback works with, on its way through several threads.
struct Coming {
  PendingSignIn pending;
  oidc::Returned returned;
  std::string remote;
  std::string log_id;
  SignedIn others;
};

// Back to the page, with a reason that it can show.
void send_back(Context const& context, Answer const& answer, PendingSignIn const& pending,
               std::string_view reason) {
  auto response =
      go_to(std::string(home_of(pending.who)) + "?sign_in_failed=" + std::string(reason));
  clear_cookie(response, kCookie, context.scheme, SameSite::lax);
  answer.send(std::move(response));
}

// The session's cookies, and on to where they wanted to go.
void send_on(Context const& context, Answer const& answer, PendingSignIn const& pending,
             http::Response session) {
  session.status = 302;
  session.body.clear();
  session.content_type = {};
  session.headers.emplace_back("Location", pending.next);
  clear_cookie(session, kCookie, context.scheme, SameSite::lax);
  answer.send(std::move(session));
}

void let_person_in(Context& context, Coming const& coming, oidc::Claims const& claims,
                   Answer const& answer) {
  auto const person =
      find_claimed_person(*context.engine.organisation(), context.settings.oidc, claims);
  if (!person) return send_back(context, answer, coming.pending, "unknown_person");
  send_on(context, answer, coming.pending,
          start_person_session(context, person->tenant, person->user, coming.others));
}

void let_operator_in(Context& context, Coming const& coming, oidc::Claims const& claims,
                     Answer const& answer) {
  auto const role = claimed_role(context.settings.oidc, claims);
  auto const name = claimed_name(context.settings.oidc, claims);
  if (!role || !name) return send_back(context, answer, coming.pending, "no_role");
  context.engine.write<Operator>(
      [name = *name, role = *role,
       remote = coming.remote](View& view) -> Result<Decided<Operator>> {
        TRY(auto admitted, admit_operator(view, name, role));
        auto const& account = admitted.answer;
        auto noted = note_action(view, AuditEntry{.no = {},
                                                  .at = {},
                                                  .operator_name = account.name,
                                                  .role = account.role,
                                                  .action = "operator.sign_in",
                                                  .target = {},
                                                  .detail = "oidc",
                                                  .remote = remote,
                                                  .status = 200});
        admitted.change.absorb(std::move(noted.change));
        return admitted;
      },
      [&context, coming, answer](Result<Operator> admitted) {
        if (!admitted) {
          bool const unfit = admitted.error().code == Errc::invalid_field;
          return send_back(context, answer, coming.pending, unfit ? "no_role" : "unavailable");
        }
        auto const organisation = context.engine.organisation();
        auto const* account = organisation->operators->find(admitted->no);
        if (account == nullptr) return send_back(context, answer, coming.pending, "no_role");
        send_on(context, answer, coming.pending,
                start_operator_session(context, account, coming.others));
      });
}

// On a thread that may wait.
void ask_provider(Context& context, Coming const& coming, Answer const& answer) {
  auto const& settings = context.settings.oidc;
  auto const wanted =
      coming.pending.who == SignInWho::person
          ? std::vector<std::string>{settings.person_claim, settings.tenant_claim}
          : std::vector<std::string>{settings.operator_claim, settings.operator_groups_claim};
  auto const claims = context.provider->finish(coming.pending.sign_in, coming.returned,
                                               redirect_uri(context), wanted);
  if (!claims) {
    if (context.on_failure) context.on_failure(coming.log_id, claims.error());
    return send_back(context, answer, coming.pending,
                     claims.error().code == Errc::unavailable ? "unavailable" : "refused");
  }
  if (coming.pending.who == SignInWho::person) {
    let_person_in(context, coming, *claims, answer);
  } else {
    let_operator_in(context, coming, *claims, answer);
  }
}

Result<void> callback(Context& context, http::Request const& request, Answer answer) {
  CHECK_OK(check_configured(context));
  for (auto const* name : {"state", "code", "iss", "error"}) {
    if (request.query_param(name).size() > kParameterBytesMax) {
      return fail(Errc::invalid_field, std::string(name) + " is too long");
    }
  }
  Coming coming;
  TRY(coming.pending,
      unseal_pending(context.installation_key, find_cookie(request, kCookie, context.scheme),
                     request.query_param("state"), context.engine.now()));
  coming.returned = {request.query_param("code"), request.query_param("iss")};
  coming.remote = request.remote;
  coming.log_id = request.log_id;
  coming.others = find_signed_in(context, request);
  if (coming.returned.code.empty()) {
    send_back(context, answer, coming.pending, "refused");  // "error" says why, to the provider
    return {};
  }
  CHECK_OK(count_sign_in(context, SignInBy::provider, request.remote));
  // Once only, and also after a restart: before anything is asked with it.
  auto const state = sha256(coming.pending.sign_in.state);
  SpendToken spent{{}, coming.pending.expires};
  std::copy_n(state.begin(), spent.token.size(), spent.token.begin());
  context.engine.write<Nothing>(
      [spent](View& view) { return spend_token(view, spent); },
      [&context, coming = std::move(coming), answer](Result<Nothing> done) {
        if (!done) return answer.fail(done.error());
        auto const waits = wait_for(
            context, [&context, coming, answer] { ask_provider(context, coming, answer); });
        if (!waits) answer.fail(waits.error());
      });
  return {};
}

}  // namespace

void add_session_oidc(http::Router& router, Context& context) {
  using enum http::Method;
  router.add(make_route(context, get, "/api/v1/session/oidc/start", start));
  router.add(make_route(context, get, "/api/v1/session/oidc/callback", callback));
}

}  // namespace carillon::console
