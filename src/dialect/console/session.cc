// GET, POST, DELETE /api/v1/session: who is signed in; a person signs in by the code of their inbox
// link, and out again.
//
// Shape   A code is good once: that it was used is on disk before the cookie is given, so neither a
//         second try nor a restart brings it back. Signing out ends the session itself, wherever
//         its token was copied to, and clears the cookie.
// Errors  token_invalid for a code that is no good (any more); forbidden for a call from a page
//         that is not ours.

#include <string>
#include <utility>
#include <vector>

#include "core/spend_token.h"
#include "dialect/console/cookies.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "dialect/console/fields.h"
#include "dialect/console/signed_in.h"

namespace carillon::console {
namespace {

constexpr std::size_t kCodeBytesMax = 255;

Result<void> show_session(Context& context, http::Request const& request, Answer answer) {
  answer.json(render_signed_in(context, find_signed_in(context, request)));
  return {};
}

Result<void> sign_in_by_code(Context& context, http::Request const& request, Answer answer) {
  CHECK_OK(check_not_elsewhere(context, request));
  TRY(auto const body, parse_body(request, {"code"}));
  TRY(auto const code, get_text(body.root(), "code", kCodeBytesMax));
  TRY(auto const person,
      context.tokens.verify_session(TokenKind::code, code, *context.engine.organisation(),
                                    context.engine.now()));
  SpendToken const command{person.id, person.expires};
  context.engine.write<Nothing>(
      [command](View& view) { return spend_token(view, command); },
      [&context, person, others = find_signed_in(context, request), answer](Result<Nothing> done) {
        if (!done) return answer.fail(done.error());
        answer.send(start_person_session(context, person.tenant, person.user, others));
      });
  return {};
}

struct SignOut {
  bool person = false;
  bool the_operator = false;
};

Result<SignOut> read_sign_out(http::Request const& request) {
  auto const who = request.query_param("who");
  if (who.empty()) return SignOut{true, true};
  if (who == "person") return SignOut{true, false};
  if (who == "operator") return SignOut{false, true};
  return fail(Errc::invalid_field, "who must be person or operator");
}

Result<void> sign_out(Context& context, http::Request const& request, Answer answer) {
  CHECK_OK(check_not_elsewhere(context, request));
  TRY(auto const who, read_sign_out(request));
  auto const credentials = read_credentials(context, request);
  if (credentials.own_page_needed) {
    return fail(Errc::forbidden, "with a cookie this can be called from our own pages only");
  }
  auto const signed_in = find_signed_in(context, request);
  std::vector<SpendToken> ended;
  for (auto const& [wanted, caller] : {std::pair(who.person, &signed_in.person),
                                       std::pair(who.the_operator, &signed_in.the_operator)}) {
    // The admin token itself is no session, and stays.
    if (wanted && *caller && (*caller)->expires != Time{}) {
      ended.push_back({(*caller)->session, (*caller)->expires});
    }
  }
  http::Response response;
  response.status = 204;
  if (who.person) clear_cookie(response, kPersonCookie, context.scheme);
  if (who.the_operator) clear_cookie(response, kOperatorCookie, context.scheme);
  auto const held = std::make_shared<http::Response>(std::move(response));
  context.engine.write<Nothing>(
      [ended = std::move(ended)](View& view) -> Result<Decided<Nothing>> {
        Decided<Nothing> out;
        for (auto const& session : ended) {
          auto spent = spend_token(view, session);
          if (spent) out.change.absorb(std::move(spent->change));  // else: a second click
        }
        return out;
      },
      [held, answer](Result<Nothing> done) {
        if (!done) return answer.fail(done.error());
        answer.send(std::move(*held));
      });
  return {};
}

}  // namespace

void add_session(http::Router& router, Context& context) {
  using enum http::Method;
  router.add(make_route(context, get, "/api/v1/session", show_session));
  router.add(make_route(context, post, "/api/v1/session", sign_in_by_code));
  router.add(make_route(context, delete_, "/api/v1/session", sign_out));
}

}  // namespace carillon::console
