// What an operator does to an app: create, change, rotate secrets, install, delete.
//
// Shape   Each decision writes the app's row and puts a changed organisation in force, so that the
//         next call of any client sees it.
// Errors  not_found, already_exists, invalid_field; import_running while an import is applied.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/recall_batch.h"
#include "core/view.h"

namespace carillon {

struct NewApp {
  std::string tenant_key;
  std::string app_id;
  std::string name;
  std::array<std::uint8_t, 32> secret_hash{};
  std::vector<std::string> scopes;
};

struct AppPatch {
  std::string app_id;
  std::optional<std::string> name;
  std::optional<bool> bot;
  std::optional<bool> enabled;
  std::optional<std::vector<std::string>> scopes;
  std::optional<std::vector<std::string>> ip_allow;
  std::optional<Availability> availability;
  std::optional<ReceiptPolicy> receipts;
};

// Where the app hears events, sealed (access/event_settings.h); whether it has a long connection.
struct EventsPatch {
  std::string app_id;
  std::optional<std::string> sealed;
  bool url = false;  // with `sealed`: it names a URL
  std::optional<bool> long_connection;
};

Result<Decided<App>> create_app(View& view, NewApp const& command);
Result<Decided<App>> patch_app(View& view, AppPatch const& command);
Result<Decided<Nothing>> patch_events(View& view, EventsPatch const& command);
// Marks the app as deleted; its tokens are refused with the error for that.
Result<Decided<Nothing>> delete_app(View& view, std::string const& app_id);
// A second good secret beside those that are not withdrawn; gives its version.
Result<Decided<std::uint8_t>> add_secret(View& view, std::string const& app_id, SecretUse use,
                                         std::array<std::uint8_t, 32> const& hash);
Result<Decided<Nothing>> withdraw_secret(View& view, std::string const& app_id, SecretUse use,
                                         std::uint8_t version);
Result<Decided<Nothing>> set_installed(View& view, std::string const& app_id,
                                       std::string const& tenant_key, bool installed);

}  // namespace carillon
