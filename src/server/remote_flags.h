// What commands that talk to a running server share: where it is, and as whom to call.
//
// Shape   The operator's token comes from --admin-token-file, else CARILLON_ADMIN_TOKEN; an app's
//         secret from --app-secret, --app-secret-file, else CARILLON_APP_SECRET.
// Errors  invalid_field names what is missing and where it may be given.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "base/result.h"
#include "server/api_client.h"

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

// As that app if it is named, else as the operator.
Result<ApiClient> connect_as(RemoteFlags const& remote, AppFlags const& app);

}  // namespace carillon::server
