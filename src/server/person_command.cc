// carillon person export|erase TENANT USER: what is held on one person, written out or erased.

#include <cstdio>
#include <fstream>
#include <memory>

#include "http/percent.h"
#include "json/writer.h"
#include "server/commands.h"
#include "server/remote_flags.h"
#include "server/screen.h"

namespace carillon::server {
namespace {

struct PersonFlags {
  RemoteFlags remote;
  std::string tenant_key;
  std::string user_id;
  std::string out_file;
  bool yes = false;
};

std::string person_path(PersonFlags const& flags, std::string_view what) {
  return "/api/v1/tenants/" + http::percent_encode(flags.tenant_key) + "/users/" +
         http::percent_encode(flags.user_id) + "/" + std::string(what);
}

// All pages as one document.
Result<std::string> fetch_export(PersonFlags const& flags) {
  TRY(auto api, flags.remote.connect_operator());
  std::string out;
  json::Writer json(out);
  json.begin_object();
  std::string cursor;
  for (bool first = true; first || !cursor.empty(); first = false) {
    auto const query =
        "?limit=100" + (cursor.empty() ? "" : "&cursor=" + http::percent_encode(cursor));
    TRY(auto const answer, api.call("GET", person_path(flags, "export") + query));
    auto const root = answer.root();
    if (first) {
      auto const profile = root.find_present("profile");
      auto const push = root.find_present("push");
      if (!profile || !push) {
        return fail(Errc::unavailable, "the server's answer is not about a person");
      }
      json.key("profile").raw(json::minified(*profile));
      json.key("push").raw(json::minified(*push)).begin_array("messages");
    }
    auto const messages = root.find_present("messages").value_or(json::Value());
    for (auto const message : messages.elements()) json.raw(json::minified(message));
    auto const next = root.find_present("next");
    cursor = next ? std::string(next->string()) : std::string();
  }
  json.end_array().end_object();
  out += '\n';
  return out;
}

Result<void> export_person(PersonFlags const& flags) {
  TRY(auto const text, fetch_export(flags));
  if (flags.out_file.empty()) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    return {};
  }
  std::ofstream file(flags.out_file, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) return fail(Errc::unavailable, flags.out_file + " cannot be written");
  return {};
}

Result<void> erase_person(PersonFlags const& flags) {
  if (!flags.yes) {
    return fail(Errc::invalid_field,
                "this cannot be undone; --yes says that you mean " + flags.user_id);
  }
  TRY(auto api, flags.remote.connect_operator());
  TRY(auto const answer, api.call("POST", person_path(flags, "erase")));
  auto const id = answer.root().find_present("user_id");
  Screen().line("erased; counted as " + std::string(id ? id->string() : std::string_view{}) +
                " from now on");
  return {};
}

void add_person_action(CLI::App& group, Run& run, char const* name, char const* help,
                       Result<void> (*work)(PersonFlags const&),
                       std::shared_ptr<PersonFlags> const& flags) {
  auto* command = group.add_subcommand(name, help);
  command->add_option("TENANT", flags->tenant_key, "The tenant_key")->required();
  command->add_option("USER", flags->user_id, "The user_id")->required();
  flags->remote.add_server_to(*command);
  flags->remote.add_admin_to(*command);
  command->callback([flags, work, &run] {
    run = [flags, work] {
      auto const done = work(*flags);
      return done ? 0 : report(done.error());
    };
  });
}

}  // namespace

void add_person(CLI::App& cli, Run& run) {
  auto* group = cli.add_subcommand("person", "What is held on one person: write it out, erase it");
  group->require_subcommand(1);
  auto const exported = std::make_shared<PersonFlags>();
  add_person_action(*group, run, "export", "Write everything that is held on a person as JSON",
                    export_person, exported);
  group->get_subcommand("export")->add_option("--out", exported->out_file,
                                              "A file; stdout if absent");
  auto const erased = std::make_shared<PersonFlags>();
  add_person_action(*group, run, "erase", "Erase a person; what they got and read stays counted",
                    erase_person, erased);
  group->get_subcommand("erase")->add_flag("--yes", erased->yes, "Really; there is no way back");
}

}  // namespace carillon::server
