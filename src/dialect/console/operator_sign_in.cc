// POST /api/v1/session/operator: an operator signs in, with the admin token or a password.
//
// Shape   Attempts count by address and by name, good ones too, before anything is looked at. A
//         password is compared on the slow thread, one at a time; a name that nobody has costs as
//         long as one that somebody has. Who came in is written into the audit log.
// Errors  unauthorised, without saying what was wrong; rate_limited; overloaded; forbidden for a
//         call from a page that is not ours.

#include <string>
#include <utility>

#include "core/note_action.h"
#include "crypto/password.h"
#include "dialect/console/callers.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "dialect/console/fields.h"
#include "dialect/console/sign_in_rate.h"
#include "dialect/console/signed_in.h"

namespace carillon::console {
namespace {

Error wrong_credentials() {
  return fail(Errc::unauthorised, "the token, or the name or the password, is not good");
}

// Notes who came in, then lets them.
void let_in(Context& context, OperatorNo no, std::uint32_t revision, std::string remote,
            SignedIn others, Answer const& answer) {
  auto const* account = context.engine.organisation()->operators->find(no);
  AuditEntry entry{
      .no = {},
      .at = {},
      .operator_name = std::string(account == nullptr ? kAdminTokenName : account->name),
      .role = account == nullptr ? Role::admin : account->role,
      .action = "operator.sign_in",
      .target = {},
      .detail = {},
      .remote = std::move(remote),
      .status = 200};
  context.engine.write<AuditNo>(
      [entry = std::move(entry)](View& view) -> Result<Decided<AuditNo>> {
        return note_action(view, entry);
      },
      [&context, no, revision, others = std::move(others), answer](Result<AuditNo> noted) {
        if (!noted) return answer.fail(noted.error());
        auto const organisation = context.engine.organisation();
        auto const* now = organisation->operators->find(no);
        bool const changed = no && (now == nullptr || now->revision != revision);
        if (changed) return answer.fail(wrong_credentials());  // while the password was compared
        answer.send(start_operator_session(context, now, others));
      });
}

// For names that nobody has.
std::string const& any_hash() {
  static auto const hash = hash_password("");
  return hash;
}

Result<void> compare_password(Context& context, http::Request const& request,
                              std::string const& name, std::string password, Answer answer) {
  auto const* account = context.engine.organisation()->operators->find(name);
  Operator const known = account == nullptr ? Operator{} : *account;
  auto job = [&context, known, password = std::move(password), remote = std::string(request.remote),
              others = find_signed_in(context, request), answer] {
    bool const has_password = !known.password_hash.empty();
    try {
      bool const good = password_matches(has_password ? known.password_hash : any_hash(), password);
      if (!good || !has_password) return answer.fail(wrong_credentials());
    } catch (std::exception const& e) {
      return answer.fail(fail(Errc::internal, e.what()));
    }
    let_in(context, known.no, known.revision, remote, others, answer);
  };
  if (context.slow_work.add(std::move(job))) return {};
  return fail(Errc::overloaded, "too many sign-ins are waiting");
}

Result<void> sign_in_operator(Context& context, http::Request const& request, Answer answer) {
  CHECK_OK(check_not_elsewhere(context, request));
  TRY(auto const body, parse_body(request, {"token", "name", "password"}));
  auto const root = body.root();
  TRY(auto const token, find_text(root, "token", kSecretBytesMax));
  TRY(auto const name, find_text(root, "name", kIdBytesMax));
  TRY(auto password, find_text(root, "password", kSecretBytesMax));
  bool const by_password = name && password && !token;
  bool const by_token = token && !name && !password;
  if (!by_password && !by_token) {
    return fail(Errc::invalid_field, "give either token, or name and password");
  }
  CHECK_OK(count_sign_in(context, SignInBy::address, request.remote));
  if (by_password) {
    CHECK_OK(count_sign_in(context, SignInBy::name, *name));
    return compare_password(context, request, *name, *std::move(password), std::move(answer));
  }
  if (!is_admin_token(context, *token)) return wrong_credentials();
  let_in(context, OperatorNo{}, 0, std::string(request.remote), find_signed_in(context, request),
         answer);
  return {};
}

}  // namespace

void add_operator_sign_in(http::Router& router, Context& context) {
  router.add(make_route(context, http::Method::post, "/api/v1/session/operator", sign_in_operator));
}

}  // namespace carillon::console
