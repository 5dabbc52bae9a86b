// Everything an operator can set: command line, TOML file and --set NAME=VALUE, one table of names.
//
// Shape   Defaults < profile < file < --set and flags. A number that is a limit means "off" at 0.
// Errors  invalid_field names the setting and what it may be; unknown names are refused.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "dialect/console/dialect.h"
#include "dialect/dingtalk/dialect.h"
#include "dialect/feishu/dialect.h"
#include "http/listener.h"

namespace carillon::server {

// What is told to apps, and how (docs/operating/events.md).
struct EventConfig {
  std::string retry_after = "15,300,3600,21600";  // seconds
  std::vector<std::string> allow_addresses;
  std::chrono::seconds timeout{3};
  std::string ca_file;
  std::uint64_t waiting_max = 100'000;
  std::uint64_t dead_letters_max = 10'000;
  std::uint64_t threads = 64;
  std::uint32_t connections_per_app = 50;
  std::uint32_t reconnect_seconds = 10;
  std::uint32_t away_hours = 24;
};

// Pushes to people's browsers (docs/operating/push.md).
struct PushConfig {
  std::string contact;
  std::string retry_after = "10,120,900";  // seconds
  std::vector<std::string> allow_addresses;
  std::chrono::seconds timeout{5};
  std::string ca_file;
  std::uint64_t threads = 16;
  std::uint32_t per_second = 500;
  std::uint32_t ttl_hours = 24;
};

// The OpenID provider (docs/operating/oidc.md); who comes in by it is in console::OidcSettings.
struct OidcConfig {
  std::string issuer;  // empty: none
  std::string client_id;
  std::string client_secret_file;
  std::string scopes = "openid profile email";
  std::vector<std::string> allow_addresses;
  std::chrono::seconds timeout{5};
  std::string ca_file;
  std::vector<std::string> operator_roles;  // "group=role"
};

// "15,300": the pauses before each further attempt.
// Errors  invalid_field.
Result<std::vector<std::chrono::seconds>> parse_retries(std::string_view text);
// "group=role"; a group may have a "=" in it.
// Errors  invalid_field.
Result<std::pair<std::string, Role>> parse_group_role(std::string_view text);

struct Config {
  std::string data_folder;
  std::string store_url;     // empty: the embedded store in data_folder
  std::string blobs_shared;  // a folder for uploaded files that several servers see; may be empty
  std::string key_file;      // empty: DATA/installation.key
  std::string bus;           // nats://..., over which servers of one store knock at each other
  http::Options http;
  feishu::Settings feishu;
  dingtalk::Settings dingtalk;
  console::Settings console;
  EventConfig events;
  PushConfig push;
  OidcConfig oidc;
  std::string public_url;  // empty: what the listener is bound to
  std::vector<std::string> audit_words;
  std::vector<std::string> audit_regexes;
  std::string log_level = "info";
  std::uint64_t low_disk_mb = 256;  // below this much free space new batches are refused
  std::uint64_t reader_threads = 2;
  std::uint64_t inbox_cache_mb = 32;
};

// One name that the file and --set know.
struct Setting {
  enum class Kind : std::uint8_t { number, text, list };
  std::string name;
  Kind kind = Kind::number;
  std::string unit;
  std::string help;
  bool vendor_limit = false;  // `--profile own` sets it to 0
  std::function<Result<void>(Config&, std::string const& value)> set;
  std::function<std::string(Config const&)> get;
};

std::vector<Setting> const& settings();
Setting const* find_setting(std::string_view name);

Result<void> apply_profile(Config& config, std::string_view profile);  // "vendor" or "own"
Result<void> apply_file(Config& config, std::string const& path);
Result<void> apply_set(Config& config, std::string_view name_is_value);
Result<void> apply_listen(Config& config, std::string_view host_and_port);

}  // namespace carillon::server
