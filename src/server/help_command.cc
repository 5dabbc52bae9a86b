#include <cstdio>
#include <memory>

#include "server/commands.h"

namespace carillon::server {
namespace {

void print_setting(Setting const& setting) {
  Config const defaults;
  auto const value = setting.get(defaults);
  std::printf("%s = %s%s%s%s\n    %s\n", setting.name.c_str(),
              value.empty() ? "(empty)" : value.c_str(), setting.unit.empty() ? "" : " ",
              setting.unit.c_str(), setting.vendor_limit ? "   [vendor limit; 0 = off]" : "",
              setting.help.c_str());
}

int help(CLI::App& cli, std::string const& topic) {
  if (topic.empty()) {
    // cli.help() would explain the command that was chosen, which is this one.
    auto const text = cli.get_formatter()->make_help(&cli, "carillon", CLI::AppFormatMode::Normal);
    std::fputs(text.c_str(), stdout);
    return 0;
  }
  if (topic == "settings") {
    for (auto const& setting : settings()) print_setting(setting);
    return 0;
  }
  if (auto const* setting = find_setting(topic)) {
    print_setting(*setting);
    return 0;
  }
  for (auto const* command : cli.get_subcommands([](CLI::App*) { return true; })) {
    if (command->get_name() == topic) {
      std::fputs(command->help("carillon").c_str(), stdout);
      return 0;
    }
  }
  std::fprintf(stderr,
               "carillon: no command or setting \"%s\"; `carillon help settings` lists the "
               "settings\n",
               topic.c_str());
  return 2;
}

}  // namespace

void add_help(CLI::App& cli, Run& run) {
  auto* command = cli.add_subcommand("help", "Explain a command or a setting");
  auto topic = std::make_shared<std::string>();
  command->add_option("NAME", *topic,
                      "A command, a setting such as feishu.query_days, or `settings`");
  command->callback([topic, &cli, &run] { run = [topic, &cli] { return help(cli, *topic); }; });
}

}  // namespace carillon::server
