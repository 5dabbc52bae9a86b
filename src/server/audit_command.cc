// carillon audit: what operators changed, newest first, from a running server.

#include <memory>

#include "http/percent.h"
#include "server/commands.h"
#include "server/remote_flags.h"
#include "server/screen.h"

namespace carillon::server {
namespace {

struct AuditFlags {
  RemoteFlags remote;
  std::uint32_t limit = 50;
};

void print_entry(Screen& screen, json::Value entry) {
  auto const status = entry.find_present("status");
  auto const detail = text_of(entry, "detail");
  screen.line(text_of(entry, "at") + "  " +
              padded(status ? std::to_string(status->integer().value_or(0)) : "?", 5) +
              padded(text_of(entry, "operator"), 20) + " " + padded(text_of(entry, "action"), 22) +
              " " + text_of(entry, "target") + (detail.empty() ? "" : "  (" + detail + ")") +
              "  from " + text_of(entry, "remote"));
}

Result<void> print_log(AuditFlags const& flags) {
  TRY(auto api, flags.remote.connect_operator());
  Screen screen;
  std::string before;
  for (std::uint32_t left = flags.limit; left > 0;) {
    auto target = "/api/v1/audit?limit=" + std::to_string(left);
    if (!before.empty()) target += "&before=" + http::percent_encode(before);
    TRY(auto const answer, api.call("GET", target));
    auto const entries = answer.root().find_present("entries");
    if (!entries) return {};
    for (auto const entry : entries->elements()) {
      print_entry(screen, entry);
      --left;
    }
    before = text_of(answer.root(), "next");
    if (before.empty()) return {};
  }
  return {};
}

}  // namespace

void add_audit(CLI::App& cli, Run& run) {
  auto* command = cli.add_subcommand("audit", "Print what operators changed, newest first");
  auto flags = std::make_shared<AuditFlags>();
  flags->remote.add_server_to(*command);
  flags->remote.add_admin_to(*command);
  command->add_option("--limit", flags->limit, "How many entries")->capture_default_str();
  command->footer(
      "Each line: when, the answer's status (? where the server was killed before it), "
      "who, what, to what, from where.");
  command->callback([flags, &run] {
    run = [flags] {
      auto const done = print_log(*flags);
      return done ? 0 : report(done.error());
    };
  });
}

}  // namespace carillon::server
