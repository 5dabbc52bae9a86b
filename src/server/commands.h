// The commands of the `carillon` program, a file each.
//
// Shape   add_X() puts a subcommand with its options and help on the command line; running it
//         gives the process's exit code: 0 done, 1 the job failed, 2 the call was wrong.
#pragma once

#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "base/result.h"
#include "server/config.h"

namespace carillon::server {

// Set by the subcommand that was chosen.
using Run = std::function<int()>;

void add_serve(CLI::App& cli, Run& run);
void add_demo(CLI::App& cli, Run& run);
void add_import(CLI::App& cli, Run& run);
void add_send(CLI::App& cli, Run& run);
void add_watch(CLI::App& cli, Run& run);
void add_steer(CLI::App& cli, Run& run);
void add_audience(CLI::App& cli, Run& run);
void add_quota(CLI::App& cli, Run& run);
void add_person(CLI::App& cli, Run& run);
void add_app(CLI::App& cli, Run& run);
void add_operator(CLI::App& cli, Run& run);
void add_audit(CLI::App& cli, Run& run);
void add_doctor(CLI::App& cli, Run& run);
void add_backup(CLI::App& cli, Run& run);
void add_migrate(CLI::App& cli, Run& run);
void add_help(CLI::App& cli, Run& run);

// What commands that open or run an installation share: --data, --config, --profile, --set ...
struct InstallationFlags {
  std::string data;
  std::string config_file;
  std::string store_url;
  std::string blobs;
  std::string key_file;
  std::string profile = "vendor";
  std::vector<std::string> sets;

  void add_to(CLI::App& command, bool data_required = true);
  Result<Config> config() const;
};

// Prints "carillon: ..." on stderr and gives 1.
int report(Error const& error);

}  // namespace carillon::server
