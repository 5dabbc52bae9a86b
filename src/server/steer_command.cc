// carillon pause|resume|cancel|remind BATCH: an operator, or an app, steers a batch.

#include <cstdio>
#include <memory>

#include "http/percent.h"
#include "server/batch_counts.h"
#include "server/commands.h"
#include "server/remote_flags.h"

namespace carillon::server {
namespace {

struct SteerFlags {
  RemoteFlags remote;
  AppFlags app;
  std::string batch_id;
};

struct SteerAction {
  char const* name;
  char const* help;
};

constexpr SteerAction kActions[] = {
    {"pause", "Hold a batch: nobody else gets it until it is resumed"},
    {"resume", "Let a paused batch join its app's queue again, at the end"},
    {"cancel", "Send a batch to nobody else; who has it keeps it"},
    {"remind", "Send it again, to whoever has it and did not read it"},
};

// The batch that is told: the one that was steered, or the reminder.
Result<void> steer(SteerFlags const& flags, std::string_view action) {
  TRY(auto api, connect_as(flags.remote, flags.app));
  auto const path =
      "/api/v1/batches/" + http::percent_encode(flags.batch_id) + "/" + std::string(action);
  TRY(auto const answer, api.call("POST", path));
  auto const root = answer.root();
  auto const text = [&](std::string_view name) {
    auto const value = root.find_present(name);
    return std::string(value ? value->string() : std::string_view{});
  };
  Screen screen;
  screen.line(text("batch_id"));
  screen.line(text("state") + ", " + with_commas(number_of(root, "delivered")) + " of " +
              with_commas(number_of(root, "valid")) + " have it, " +
              with_commas(number_of(root, "pending")) + " pending, " +
              with_commas(number_of(root, "excluded")) + " excluded");
  return {};
}

}  // namespace

void add_steer(CLI::App& cli, Run& run) {
  for (auto const& action : kActions) {
    auto* command = cli.add_subcommand(action.name, action.help);
    auto flags = std::make_shared<SteerFlags>();
    command->add_option("BATCH", flags->batch_id, "Its id, bm-...")->required();
    flags->remote.add_server_to(*command);
    flags->remote.add_admin_to(*command);
    flags->app.add_to(*command, false);
    command->footer(
        "As an operator by default; with --app-id as that app, which sees its own batches only.\n"
        "Prints the batch's id and counts as they are then.");
    command->callback([flags, name = action.name, &run] {
      run = [flags, name] {
        auto const done = steer(*flags, name);
        return done ? 0 : report(done.error());
      };
    });
  }
}

}  // namespace carillon::server
