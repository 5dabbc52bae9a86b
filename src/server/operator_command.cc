// carillon operator list|add|set|remove: the accounts of those who run the server, through
// /api/v1/operators of a running one. Passwords come from the terminal or stdin.

#include <memory>
#include <optional>

#include "http/percent.h"
#include "json/writer.h"
#include "server/commands.h"
#include "server/prompt.h"
#include "server/remote_flags.h"
#include "server/screen.h"

namespace carillon::server {
namespace {

struct OperatorFlags {
  RemoteFlags remote;
  std::string name;
  std::optional<std::string> role;
  bool password = false;
  bool no_password = false;
};

using OperatorFlagsPtr = std::shared_ptr<OperatorFlags>;

std::string operator_path(OperatorFlags const& flags) {
  return "/api/v1/operators/" + http::percent_encode(flags.name);
}

bool has_password(json::Value account) {
  auto const value = account.find_present("has_password");
  return value && value->boolean();
}

Result<void> list_accounts(ApiClient& api, OperatorFlags const&) {
  TRY(auto const answer, api.call("GET", "/api/v1/operators"));
  Screen screen;
  screen.line(padded("NAME", 28) + padded("ROLE", 8) + padded("PASSWORD", 10) + "SINCE");
  auto const operators = answer.root().find_present("operators");
  if (!operators) return {};
  for (auto const account : operators->elements()) {
    screen.line(padded(text_of(account, "name"), 27) + " " + padded(text_of(account, "role"), 8) +
                padded(has_password(account) ? "yes" : "no", 10) + text_of(account, "created_at"));
  }
  return {};
}

Result<void> add_account(ApiClient& api, OperatorFlags const& flags) {
  std::string body;
  json::Writer json(body);
  json.begin_object().field("name", flags.name).field("role", flags.role.value_or("viewer"));
  if (!flags.no_password) {
    TRY(auto const password, ask_new_password());
    json.field("password", password);
  }
  json.end_object();
  TRY(auto const answer, api.call("POST", "/api/v1/operators", body));
  Screen().line(flags.name + " may sign in at /console as " + text_of(answer.root(), "role"));
  return {};
}

Result<void> set_account(ApiClient& api, OperatorFlags const& flags) {
  if (!flags.role && !flags.password) {
    return fail(Errc::invalid_field, "nothing to set; give --role or --password");
  }
  std::string body;
  json::Writer json(body);
  json.begin_object();
  if (flags.role) json.field("role", *flags.role);
  if (flags.password) {
    TRY(auto const password, ask_new_password());
    json.field("password", password);
  }
  json.end_object();
  TRY(auto const answer, api.call("PATCH", operator_path(flags), body));
  Screen().line(flags.name + " is " + text_of(answer.root(), "role") +
                "; their sessions have ended");
  return {};
}

Result<void> remove_account(ApiClient& api, OperatorFlags const& flags) {
  CHECK_OK(api.call("DELETE", operator_path(flags)));
  Screen().line(flags.name + " is removed; their sessions have ended");
  return {};
}

void add_name(CLI::App& command, OperatorFlagsPtr const& flags) {
  command.add_option("NAME", flags->name, "The operator")->required();
}

void add_role(CLI::App& command, OperatorFlagsPtr const& flags) {
  command
      .add_option("--role", flags->role,
                  "viewer (looks), sender (also sends, recalls, pauses) or admin (everything)")
      ->check(CLI::IsMember({"viewer", "sender", "admin"}));
}

}  // namespace

void add_operator(CLI::App& cli, Run& run) {
  auto* parent = cli.add_subcommand("operator", "Who may sign in on the console, and as what");
  parent->require_subcommand(1);
  auto flags = std::make_shared<OperatorFlags>();
  add_action(*parent, run, flags, "list", "All operators", list_accounts);
  auto& add_command = add_action(*parent, run, flags, "add", "A new operator", add_account);
  add_name(add_command, flags);
  add_role(add_command, flags);
  add_command.add_flag("--no-password", flags->no_password, "They sign in by OpenID Connect only");
  auto& set_command =
      add_action(*parent, run, flags, "set", "Change a role or a password", set_account);
  add_name(set_command, flags);
  add_role(set_command, flags);
  set_command.add_flag("--password", flags->password, "Ask for a new password");
  add_name(add_action(*parent, run, flags, "remove", "Take an operator out", remove_account),
           flags);
  parent->footer(
      "Passwords are asked for on the terminal, or read as the first line of stdin.\n"
      "Each takes --server and the operator's token; `carillon operator COMMAND --help`.");
}

}  // namespace carillon::server
