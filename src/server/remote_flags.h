// What commands that talk to a running server share: where it is, and as whom to call.
//
// Shape   The operator's token comes from --admin-token-file, else CARILLON_ADMIN_TOKEN; an app's
//         secret from --app-secret, --app-secret-file, else CARILLON_APP_SECRET.
// Errors  invalid_field names what is missing and where it may be given.
#pragma once

#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "base/result.h"
#include "server/api_client.h"
#include "server/commands.h"

namespace carillon::server {

inline constexpr char const kUsualServer[] = "http://127.0.0.1:8080";

struct RemoteFlags {
  ServerAddress address;
  std::string admin_token_file;

  // With `default_server` empty, --server has no default: the command checks whether it was given.
  void add_server_to(CLI::App& command, std::string const& default_server = kUsualServer);
  void add_admin_to(CLI::App& command);
  Result<ApiClient> connect_operator() const;
};

struct AppFlags {
  std::string app_id;
  std::string secret;
  std::string secret_file;

  void add_to(CLI::App& command, bool required);
  Result<ApiClient> connect(ServerAddress const& address) const;
};

template <class Flags>
using OperatorAction = Result<void> (*)(ApiClient& api, Flags const& flags);
// A subcommand that does it as the operator; its flags have `remote`.
template <class Flags>
CLI::App& add_action(CLI::App& parent, Run& run, std::shared_ptr<Flags> const& flags,
                     char const* name, char const* help, OperatorAction<Flags> action) {
  auto* command = parent.add_subcommand(name, help);
  flags->remote.add_server_to(*command);
  flags->remote.add_admin_to(*command);
  command->callback([flags, action, &run] {
    run = [flags, action] {
      auto api = flags->remote.connect_operator();
      if (!api) return report(api.error());
      auto const done = action(*api, *flags);
      return done ? 0 : report(done.error());
    };
  });
  return *command;
}

// As that app if it is named, else as the operator.
Result<ApiClient> connect_as(RemoteFlags const& remote, AppFlags const& app);

}  // namespace carillon::server
