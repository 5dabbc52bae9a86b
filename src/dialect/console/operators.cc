// GET, POST /api/v1/operators and PATCH, DELETE /api/v1/operators/{name}: the operators' accounts.
//
// Shape   A new password is hashed on the slow thread before the writer hears of the change.
// Errors  not_found, already_exists, invalid_field; import_running; overloaded.

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/manage_operator.h"
#include "crypto/password.h"
#include "dialect/console/callers.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "dialect/console/fields.h"
#include "dialect/console/times.h"
#include "json/writer.h"

namespace carillon::console {
namespace {

constexpr std::size_t kPasswordBytesMin = 8;

void append_account(json::Writer& json, Operator const& account) {
  json.begin_object()
      .field("name", account.name)
      .field("role", role_name(account.role))
      .field("has_password", !account.password_hash.empty());
  append_time(json, "created_at", account.created_at);
  json.end_object();
}

std::function<void(Result<Operator>)> answer_operator(Answer answer, int status) {
  return [answer = std::move(answer), status](Result<Operator> account) {
    if (!account) return answer.fail(account.error());
    std::string out;
    json::Writer json(out);
    append_account(json, *account);
    answer.json(std::move(out), status);
  };
}

Result<std::optional<Role>> find_role_field(json::Value root) {
  TRY(auto const text, find_text(root, "role", kIdBytesMax));
  if (!text) return std::optional<Role>{};
  auto const role = find_role(*text);
  if (!role) return fail(Errc::invalid_field, "role must be viewer, sender or admin");
  return role;
}

Result<std::optional<std::string>> find_password(json::Value root) {
  TRY(auto password, find_text(root, "password", kSecretBytesMax));
  if (password && password->size() < kPasswordBytesMin) {
    return fail(Errc::invalid_field, "password is shorter than 8 bytes");
  }
  return password;
}

// Goes on with the password's hash, if there is a password.
Result<void> with_hash(Context& context, std::optional<std::string> password, Answer const& answer,
                       std::function<void(std::optional<std::string>)> go_on) {
  if (!password) {
    go_on(std::nullopt);
    return {};
  }
  auto job = [password = *std::move(password), answer, go_on = std::move(go_on)] {
    std::string hash;
    try {
      hash = hash_password(password);
    } catch (std::exception const& e) {
      return answer.fail(fail(Errc::internal, e.what()));
    }
    go_on(std::move(hash));
  };
  if (context.slow_work.add(std::move(job))) return {};
  return fail(Errc::overloaded, "too many passwords are waiting");
}

Result<void> list_operators(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_operator(context, request));
  std::vector<Operator const*> accounts;
  for (auto const& account : caller.organisation->operators->all()) {
    if (account.no && !account.removed) accounts.push_back(&account);
  }
  std::sort(accounts.begin(), accounts.end(),
            [](Operator const* a, Operator const* b) { return a->name < b->name; });
  std::string out;
  json::Writer json(out);
  json.begin_object().begin_array("operators");
  for (auto const* account : accounts) append_account(json, *account);
  json.end_array().end_object();
  answer.json(std::move(out));
  return {};
}

Result<void> create_account(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_operator(context, request));
  TRY(auto const body, parse_body(request, {"name", "role", "password"}));
  NewOperator command;
  TRY(command.name, get_text(body.root(), "name", kIdBytesMax));
  if (!is_operator_name(command.name)) {
    return fail(Errc::invalid_field, "name must be 1 to 64 letters, digits and ._@+-");
  }
  TRY(auto const role, find_role_field(body.root()));
  if (!role) return fail(Errc::invalid_field, "role is missing");
  command.role = *role;
  TRY(auto password, find_password(body.root()));
  answer.note_target(command.name);
  answer.note_detail("role " + std::string(role_name(*role)));
  return with_hash(context, std::move(password), answer,
                   [&context, command, answer](std::optional<std::string> hash) mutable {
                     command.password_hash = std::move(hash).value_or("");
                     context.engine.write<Operator>(
                         [command](View& view) { return create_operator(view, command); },
                         answer_operator(answer, 201));
                   });
}

Result<void> change_account(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_operator(context, request));
  TRY(auto const body, parse_body(request, {"role", "password"}));
  OperatorPatch command;
  command.name = request.params.at(0);
  TRY(command.role, find_role_field(body.root()));
  TRY(auto password, find_password(body.root()));
  answer.note_detail(std::string(command.role ? "role " : "") +
                     std::string(command.role ? role_name(*command.role) : "") +
                     (command.role && password ? ", " : "") + (password ? "password" : ""));
  if (caller.organisation->operators->find(command.name) == nullptr) {
    return fail(Errc::not_found, "operator \"" + command.name + "\"");
  }
  return with_hash(context, std::move(password), answer,
                   [&context, command, answer](std::optional<std::string> hash) mutable {
                     command.password_hash = std::move(hash);
                     context.engine.write<Operator>(
                         [command](View& view) { return patch_operator(view, command); },
                         answer_operator(answer, 200));
                   });
}

Result<void> remove_account(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_operator(context, request));
  context.engine.write<Nothing>(
      [name = request.params.at(0)](View& view) { return remove_operator(view, name); },
      [answer](Result<Nothing> done) {
        if (!done) return answer.fail(done.error());
        answer.no_content();
      });
  return {};
}

}  // namespace

void add_operators(http::Router& router, Context& context) {
  using enum http::Method;
  router.add(make_route(context, get, "/api/v1/operators", list_operators));
  router.add(make_route(context, post, "/api/v1/operators", create_account));
  router.add(make_route(context, patch, "/api/v1/operators/:name", change_account));
  router.add(make_route(context, delete_, "/api/v1/operators/:name", remove_account));
}

}  // namespace carillon::console
