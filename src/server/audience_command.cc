// carillon audience: whom a message would reach, and why it would not reach the others.

#include <memory>
#include <optional>
#include <vector>

#include "json/writer.h"
#include "server/commands.h"
#include "server/remote_flags.h"
#include "server/screen.h"

namespace carillon::server {
namespace {

struct AudienceFlags {
  RemoteFlags remote;
  AppFlags app;
  std::string sender;
  std::string tenant_key;
  std::vector<std::string> user_ids;
  std::vector<std::string> department_ids;
  bool everyone = false;
};

std::string make_audience_body(AudienceFlags const& flags) {
  std::string out;
  json::Writer json(out);
  json.begin_object();
  if (!flags.sender.empty()) json.field("app_id", flags.sender);
  if (!flags.tenant_key.empty()) json.field("tenant_key", flags.tenant_key);
  json.begin_object("audience");
  add_list(json, "department_ids", flags.department_ids);
  add_list(json, "user_ids", flags.user_ids);
  if (flags.everyone) json.field("everyone", true);
  json.end_object().end_object();
  return out;
}

Result<void> show_audience(AudienceFlags const& flags) {
  TRY(auto api, connect_as(flags.remote, flags.app));
  TRY(auto const answer, api.call("POST", "/api/v1/audience", make_audience_body(flags)));
  auto const root = answer.root();
  Screen screen;
  auto const row = [&](std::string_view name, json::Value value) {
    screen.line(padded(std::string(name), 32) +
                right_aligned(with_commas(value.unsigned_integer().value_or(0)), 12));
  };
  for (auto const* name : {"named", "valid", "deliverable"}) {
    if (auto const value = root.find_present(name)) row(name, *value);
  }
  auto const excluded = root.find_present("excluded").value_or(json::Value());
  for (auto const member : excluded.members()) {
    if (member.value.unsigned_integer().value_or(0) != 0) row(member.key, member.value);
  }
  auto const invalid = root.find_present("invalid").value_or(json::Value());
  for (auto const member : invalid.members()) {
    if (member.value.size() == 0) continue;
    std::string line = "nobody has these " + std::string(member.key) + ":";
    for (auto const id : member.value.elements()) line.append(" ").append(id.string());
    screen.line(line);
  }
  return {};
}

}  // namespace

void add_audience(CLI::App& cli, Run& run) {
  auto* command = cli.add_subcommand("audience", "Count whom a message would reach; sends nothing");
  auto flags = std::make_shared<AudienceFlags>();
  flags->remote.add_server_to(*command);
  flags->remote.add_admin_to(*command);
  flags->app.add_to(*command, false);
  command->add_option("--as", flags->sender, "As an operator: the app_id of the app that sends");
  command->add_option("--tenant", flags->tenant_key,
                      "Which of a store app's tenants; a custom app has one");
  auto* audience = command->add_option_group("To whom", "at least one");
  audience->require_option(1, 0);
  audience->add_option("--to-users", flags->user_ids, "user_ids; commas between, or repeated")
      ->delimiter(',')
      ->allow_extra_args(false);
  audience
      ->add_option("--to-departments", flags->department_ids,
                   "department ids, with everyone below; 0 is the root")
      ->delimiter(',')
      ->allow_extra_args(false);
  audience->add_flag("--everyone", flags->everyone, "Whom the app may reach");
  command->footer(
      "As an operator on behalf of an app (--as), or with --app-id as that app.\n\n"
      "  carillon audience --as cli_demo --to-departments eng");
  command->callback([flags, &run] {
    if (flags->sender.empty() == flags->app.app_id.empty()) {
      throw CLI::ValidationError("audience", "give either --as APP (operator) or --app-id APP");
    }
    run = [flags] {
      auto const done = show_audience(*flags);
      return done ? 0 : report(done.error());
    };
  });
}

}  // namespace carillon::server
