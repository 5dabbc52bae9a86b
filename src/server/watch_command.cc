#include <memory>

#include "server/batch_counts.h"
#include "server/commands.h"
#include "server/remote_flags.h"

namespace carillon::server {
namespace {

struct WatchFlags {
  RemoteFlags remote;
  AppFlags app;
  std::string batch_id;
};

int watch(WatchFlags const& flags) {
  auto api = connect_as(flags.remote, flags.app);
  if (!api) return report(api.error());
  Screen screen;
  ProgressBar bar(screen, flags.batch_id);
  auto const counts = follow_batch(*api, flags.batch_id, bar);
  return counts ? 0 : report(counts.error());
}

}  // namespace

void add_watch(CLI::App& cli, Run& run) {
  auto* command = cli.add_subcommand("watch", "Follow a batch until everybody has it");
  auto flags = std::make_shared<WatchFlags>();
  command->add_option("BATCH", flags->batch_id, "Its id, bm-...")->required();
  flags->remote.add_server_to(*command);
  flags->remote.add_admin_to(*command);
  flags->app.add_to(*command, false);
  command->footer(
      "Draws a progress bar on a terminal and prints plain lines when piped. As an operator by\n"
      "default; with --app-id as that app, which sees its own batches only.\n"
      "Ends with 0 once the batch is sent or canceled, or its recall complete.");
  command->callback([flags, &run] { run = [flags] { return watch(*flags); }; });
}

}  // namespace carillon::server
