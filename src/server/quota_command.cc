// carillon quota APP: how many recipients the app has used today, in each of its tenants.

#include <memory>

#include "http/percent.h"
#include "server/commands.h"
#include "server/remote_flags.h"
#include "server/screen.h"

namespace carillon::server {
namespace {

struct QuotaFlags {
  RemoteFlags remote;
  std::string app_id;
};

Result<void> show_quota(QuotaFlags const& flags) {
  TRY(auto api, flags.remote.connect_operator());
  TRY(auto const answer,
      api.call("GET", "/api/v1/apps/" + http::percent_encode(flags.app_id) + "/quota"));
  Screen screen;
  screen.line(padded("tenant", 24) + right_aligned("used", 14) + right_aligned("of", 14) +
              "  starts again");
  auto const quotas = answer.root().find_present("quotas").value_or(json::Value());
  for (auto const quota : quotas.elements()) {
    auto const text = [&](std::string_view name) {
      auto const value = quota.find_present(name);
      return std::string(value ? value->string() : std::string_view{});
    };
    auto const number = [&](std::string_view name) {
      auto const value = quota.find_present(name);
      return value ? value->unsigned_integer().value_or(0) : 0;
    };
    auto const limit = number("limit");
    screen.line(padded(text("tenant_key"), 24) + right_aligned(with_commas(number("used")), 14) +
                right_aligned(limit == 0 ? "no limit" : with_commas(limit), 14) + "  " +
                text("resets_at"));
  }
  return {};
}

}  // namespace

void add_quota(CLI::App& cli, Run& run) {
  auto* command = cli.add_subcommand("quota", "Show how much of its daily recipients an app used");
  auto flags = std::make_shared<QuotaFlags>();
  command->add_option("APP", flags->app_id, "Its app_id")->required();
  flags->remote.add_server_to(*command);
  flags->remote.add_admin_to(*command);
  command->callback([flags, &run] {
    run = [flags] {
      auto const done = show_quota(*flags);
      return done ? 0 : report(done.error());
    };
  });
}

}  // namespace carillon::server
