// The `carillon` program: finds the command, runs it, turns what nobody caught into exit code 70.

#include <cstdio>
#include <exception>

#include "server/commands.h"

int main(int argc, char** argv) {
  using namespace carillon::server;
  CLI::App cli{"Carillon: bulk messages to people, on your own machines", "carillon"};
  cli.require_subcommand(1);
  cli.set_version_flag("--version", "carillon " CARILLON_VERSION);
  Run run;
  add_serve(cli, run);
  add_demo(cli, run);
  add_import(cli, run);
  add_send(cli, run);
  add_watch(cli, run);
  add_steer(cli, run);
  add_audience(cli, run);
  add_quota(cli, run);
  add_person(cli, run);
  add_app(cli, run);
  add_operator(cli, run);
  add_audit(cli, run);
  add_doctor(cli, run);
  add_backup(cli, run);
  add_migrate(cli, run);
  add_help(cli, run);
  try {
    cli.parse(argc, argv);
    return run();
  } catch (CLI::ParseError const& problem) {
    return cli.exit(problem) == 0 ? 0 : 2;  // 0 after --help and --version
  } catch (std::exception const& problem) {
    std::fprintf(stderr, "carillon: %s\n", problem.what());
    return 70;
  }
}
