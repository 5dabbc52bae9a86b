#include "server/remote_flags.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "server/screen.h"

namespace carillon::server {
namespace {

Result<std::string> read_word(std::string const& path, std::string_view what) {
  std::ifstream file(path);
  std::string word;
  if (!file) {
    return fail(Errc::invalid_field,
                std::string(what) + " cannot be read from " + path + ": " + std::strerror(errno));
  }
  if (!(file >> word)) {
    return fail(Errc::invalid_field, std::string(what) + " is not in " + path + ": it is empty");
  }
  return word;
}

}  // namespace

void RemoteFlags::add_server_to(CLI::App& command, std::string const& default_server) {
  address.url = default_server;
  auto* server = command.add_option("--server", address.url, "Address of the running server");
  if (!default_server.empty()) server->capture_default_str();
  command.add_option("--ca-file", address.ca_file,
                     "PEM certificates to trust, besides the system's");
  command.add_flag("--insecure", address.insecure, "Accept any certificate");
}

void RemoteFlags::add_admin_to(CLI::App& command) {
  command.add_option("--admin-token-file", admin_token_file,
                     "File with the operator's token (default: CARILLON_ADMIN_TOKEN)");
}

Result<ApiClient> RemoteFlags::connect_operator() const {
  std::string token;
  if (!admin_token_file.empty()) {
    TRY(token, read_word(admin_token_file, "the operator's token"));
  } else {
    token = environment("CARILLON_ADMIN_TOKEN");
  }
  if (token.empty()) {
    return fail(Errc::invalid_field,
                "the operator's token is missing: put it into CARILLON_ADMIN_TOKEN, or name its "
                "file by --admin-token-file (a server keeps its own in DIR/admin.token)");
  }
  return ApiClient::open(address, std::move(token));
}

void AppFlags::add_to(CLI::App& command, bool required) {
  auto* id = command.add_option("--app-id", app_id, "The app that calls");
  if (required) id->required();
  command.add_option("--app-secret", secret,
                     "Its secret; other users of this machine can see it in the process list, so "
                     "prefer CARILLON_APP_SECRET or a file");
  command.add_option("--app-secret-file", secret_file, "File with the app's secret");
}

Result<ApiClient> AppFlags::connect(ServerAddress const& address) const {
  auto word = secret;
  if (word.empty() && !secret_file.empty()) {
    TRY(word, read_word(secret_file, "the app's secret"));
  }
  if (word.empty()) word = environment("CARILLON_APP_SECRET");
  if (word.empty()) {
    return fail(Errc::invalid_field,
                "the secret of app " + app_id +
                    " is missing: put it into CARILLON_APP_SECRET, or name its file by "
                    "--app-secret-file");
  }
  TRY(auto api, ApiClient::open(address));
  TRY(auto token, fetch_app_token(api, app_id, word));
  api.set_bearer(std::move(token));
  return api;
}

Result<ApiClient> connect_as(RemoteFlags const& remote, AppFlags const& app) {
  return app.app_id.empty() ? remote.connect_operator() : app.connect(remote.address);
}

}  // namespace carillon::server
