// carillon app list|show|create|set|enable|disable|delete|install|uninstall|add-secret|
// withdraw-secret: an operator's work on apps, through /api/v1/apps of a running server.

#include <cstdio>
#include <memory>
#include <optional>
#include <vector>

#include "http/percent.h"
#include "json/writer.h"
#include "server/commands.h"
#include "server/remote_flags.h"
#include "server/screen.h"

namespace carillon::server {
namespace {

struct ManageAppFlags {
  RemoteFlags remote;
  std::string app_id;
  std::string tenant_key;
  std::optional<std::string> name;
  std::optional<std::string> secret;
  std::optional<std::vector<std::string>> scopes;
  std::optional<std::vector<std::string>> ip_allow;
  std::vector<std::string> available;
  std::optional<std::string> bot;  // "on" or "off"
  std::optional<std::string> receipts;
  std::string use = "feishu";
  int version = 0;
};

using ManageAppFlagsPtr = std::shared_ptr<ManageAppFlags>;

std::string app_path(ManageAppFlags const& flags) {
  return "/api/v1/apps/" + http::percent_encode(flags.app_id);
}

void add_texts(json::Writer& json, std::string_view name, std::vector<std::string> const& texts) {
  json.begin_array(name);
  for (auto const& text : texts) {
    json.string(text);
  }
  json.end_array();
}

// `--scopes none` empties the list.
void add_texts_or_none(json::Writer& json, std::string_view name,
                       std::vector<std::string> const& texts) {
  add_texts(json, name,
            texts == std::vector<std::string>{"none"} ? std::vector<std::string>{} : texts);
}

bool flag_of(json::Value object, std::string_view name) {
  auto const value = object.find_present(name);
  return value && value->boolean();
}

std::string joined(json::Value list) {
  std::string out;
  for (auto const entry : list.elements()) {
    if (!out.empty()) out += ", ";
    out += entry.string();
  }
  return out;
}

std::string list_of(json::Value object, std::string_view name) {
  auto const value = object.find_present(name);
  return value ? joined(*value) : std::string();
}

std::string availability_of(json::Value app) {
  auto const availability = app.find_present("availability");
  if (!availability || flag_of(*availability, "all")) return "everybody";
  auto const departments = list_of(*availability, "departments");
  auto const users = list_of(*availability, "users");
  std::string out;
  if (!departments.empty()) out = "departments " + departments;
  if (!users.empty()) out += (out.empty() ? "users " : "; users ") + users;
  return out.empty() ? "nobody" : out;
}

std::string or_dash(std::string text) { return text.empty() ? "-" : text; }

void print_app(json::Value app) {
  Screen screen;
  auto const row = [&](std::string_view name, std::string const& value) {
    screen.line(padded(name, 14) + or_dash(value));
  };
  row("app_id", text_of(app, "app_id"));
  row("name", text_of(app, "name"));
  row("type", text_of(app, "type"));
  row("tenant_key", text_of(app, "tenant_key"));
  row("developer", text_of(app, "developer"));
  row("enabled", flag_of(app, "enabled") ? "yes" : "no");
  row("bot", flag_of(app, "bot") ? "on" : "off");
  row("receipts", text_of(app, "receipts"));
  row("scopes", list_of(app, "scopes"));
  row("available to", availability_of(app));
  row("ip_allow", list_of(app, "ip_allow"));
  if (auto const list = app.find_present("installations")) {
    std::string tenants;
    for (auto const entry : list->elements()) {
      tenants += (tenants.empty() ? "" : ", ") + text_of(entry, "tenant_key");
    }
    row("installed in", tenants);
  }
  if (auto const list = app.find_present("secrets")) {
    for (auto const entry : list->elements()) {
      auto const version = entry.find_present("version");
      row("secret", "version " + std::to_string(version ? version->integer().value_or(0) : 0) +
                        ", " + text_of(entry, "use") + ", made " + text_of(entry, "created_at") +
                        (flag_of(entry, "withdrawn") ? ", withdrawn" : ""));
    }
  }
}

void print_secret(json::Value answer) {
  Screen screen;
  screen.line("app_secret    " + text_of(answer, "app_secret"));
  screen.line("It is shown this once only.");
}

Result<void> list_apps(ApiClient& api, ManageAppFlags const&) {
  TRY(auto const answer, api.call("GET", "/api/v1/apps"));
  auto const apps = answer.root().find_present("apps");
  Screen screen;
  screen.line(padded("APP_ID", 28) + padded("TENANT", 16) + padded("ENABLED", 9) +
              padded("BOT", 5) + "NAME");
  if (!apps) return {};
  for (auto const app : apps->elements()) {
    screen.line(padded(text_of(app, "app_id"), 27) + " " +
                padded(or_dash(text_of(app, "tenant_key")), 15) + " " +
                padded(flag_of(app, "enabled") ? "yes" : "no", 9) +
                padded(flag_of(app, "bot") ? "on" : "off", 5) + text_of(app, "name"));
  }
  return {};
}

Result<void> show_app(ApiClient& api, ManageAppFlags const& flags) {
  TRY(auto const answer, api.call("GET", app_path(flags)));
  print_app(answer.root());
  return {};
}

Result<void> create(ApiClient& api, ManageAppFlags const& flags) {
  std::string body;
  json::Writer json(body);
  json.begin_object().field("tenant_key", flags.tenant_key).field("name", *flags.name);
  if (!flags.app_id.empty()) json.field("app_id", flags.app_id);
  if (flags.secret) json.field("app_secret", *flags.secret);
  if (flags.scopes) add_texts_or_none(json, "scopes", *flags.scopes);
  json.end_object();
  TRY(auto const answer, api.call("POST", "/api/v1/apps", body));
  print_app(answer.root().find_present("app").value_or(answer.root()));
  print_secret(answer.root());
  return {};
}

// "all", or "departments=a,b" and "users=c,d" in any number.
Result<void> add_availability(json::Writer& json, std::vector<std::string> const& given) {
  std::vector<std::string> departments;
  std::vector<std::string> users;
  bool all = false;
  auto* list = &departments;
  bool named = false;
  for (std::string_view word : given) {
    if (word == "all") {
      all = true;
      continue;
    }
    // The flag was split at its commas, so a word without a name goes on with the list before it.
    for (auto const& [name, target] :
         {std::pair<std::string_view, std::vector<std::string>*>{"departments=", &departments},
          {"users=", &users}}) {
      if (!word.starts_with(name)) continue;
      word.remove_prefix(name.size());
      list = target;
      named = true;
    }
    if (!named) {
      return fail(Errc::invalid_field,
                  "--available takes \"all\" or "
                  "departments=ID,ID,users=ID,ID, not \"" +
                      std::string(word) + "\"");
    }
    if (!word.empty()) list->emplace_back(word);
  }
  if (all && named) {
    return fail(Errc::invalid_field, "--available is either \"all\" or a list, not both");
  }
  json.begin_object("availability");
  if (all) {
    json.field("all", true);
  } else {
    add_texts(json, "departments", departments);
    add_texts(json, "users", users);
  }
  json.end_object();
  return {};
}

Result<void> set_app(ApiClient& api, ManageAppFlags const& flags) {
  std::string body;
  json::Writer json(body);
  json.begin_object();
  if (flags.name) json.field("name", *flags.name);
  if (flags.bot) json.field("bot", *flags.bot == "on");
  if (flags.receipts) json.field("receipts", *flags.receipts);
  if (flags.scopes) add_texts_or_none(json, "scopes", *flags.scopes);
  if (flags.ip_allow) add_texts_or_none(json, "ip_allow", *flags.ip_allow);
  if (!flags.available.empty()) CHECK_OK(add_availability(json, flags.available));
  json.end_object();
  if (body == "{}") {
    return fail(Errc::invalid_field, "nothing to set; `carillon app set --help` lists what can be");
  }
  TRY(auto const answer, api.call("PATCH", app_path(flags), body));
  print_app(answer.root());
  return {};
}

Result<void> set_enabled(ApiClient& api, ManageAppFlags const& flags, bool enabled) {
  std::string body;
  json::Writer(body).begin_object().field("enabled", enabled).end_object();
  CHECK_OK(api.call("PATCH", app_path(flags), body));
  Screen().line(flags.app_id + (enabled ? " is enabled" : " is disabled: its tokens are refused"));
  return {};
}

Result<void> enable(ApiClient& api, ManageAppFlags const& flags) {
  return set_enabled(api, flags, true);
}
Result<void> disable(ApiClient& api, ManageAppFlags const& flags) {
  return set_enabled(api, flags, false);
}

Result<void> delete_app(ApiClient& api, ManageAppFlags const& flags) {
  CHECK_OK(api.call("DELETE", app_path(flags)));
  Screen().line(flags.app_id + " is deleted: its tokens are refused, its batches stay");
  return {};
}

Result<void> install(ApiClient& api, ManageAppFlags const& flags) {
  CHECK_OK(api.call("PUT",
                    app_path(flags) + "/installations/" + http::percent_encode(flags.tenant_key)));
  Screen().line(flags.app_id + " is installed in " + flags.tenant_key);
  return {};
}

Result<void> uninstall(ApiClient& api, ManageAppFlags const& flags) {
  CHECK_OK(api.call("DELETE",
                    app_path(flags) + "/installations/" + http::percent_encode(flags.tenant_key)));
  Screen().line(flags.app_id + " is not installed in " + flags.tenant_key + " any more");
  return {};
}

Result<void> add_secret(ApiClient& api, ManageAppFlags const& flags) {
  std::string body;
  json::Writer json(body);
  json.begin_object().field("use", flags.use);
  if (flags.secret) json.field("app_secret", *flags.secret);
  json.end_object();
  TRY(auto const answer, api.call("POST", app_path(flags) + "/secrets", body));
  auto const version = answer.root().find_present("version");
  Screen screen;
  screen.line("version       " + std::to_string(version ? version->integer().value_or(0) : 0));
  print_secret(answer.root());
  screen.line("The older ones stay good until `carillon app withdraw-secret`.");
  return {};
}

Result<void> withdraw_secret(ApiClient& api, ManageAppFlags const& flags) {
  CHECK_OK(api.call("DELETE", app_path(flags) + "/secrets/" + std::to_string(flags.version) +
                                  "?use=" + http::percent_encode(flags.use)));
  Screen().line("version " + std::to_string(flags.version) + " of " + flags.app_id +
                " is withdrawn: its tokens are refused");
  return {};
}

void add_app_id(CLI::App& command, ManageAppFlagsPtr const& flags) {
  command.add_option("APP_ID", flags->app_id, "The app")->required();
}

template <class Lists>
void add_list_option(CLI::App& command, char const* name, Lists& lists, char const* help) {
  command.add_option(name, lists, help)->delimiter(',')->allow_extra_args(false);
}

void add_changes(CLI::App& parent, Run& run, ManageAppFlagsPtr const& flags) {
  auto& create_command =
      add_action(parent, run, flags, "create", "Make a custom app of a tenant", create);
  create_command.add_option("--tenant", flags->tenant_key, "The tenant_key")->required();
  create_command.add_option("--name", flags->name, "What people see")->required();
  create_command.add_option("--app-id", flags->app_id, "Its id (default: a new one)");
  create_command.add_option("--app-secret", flags->secret, "Its secret (default: a new one)");
  add_list_option(create_command, "--scopes", flags->scopes, "Scopes, commas between");

  auto& set_command = add_action(parent, run, flags, "set", "Change an app", set_app);
  add_app_id(set_command, flags);
  set_command.add_option("--name", flags->name, "What people see");
  set_command.add_option("--bot", flags->bot, "Whether it may send at all")
      ->check(CLI::IsMember({"on", "off"}));
  set_command
      .add_option("--receipts", flags->receipts,
                  "What is told of who read: names, counts (numbers only), off")
      ->check(CLI::IsMember({"names", "counts", "off"}));
  add_list_option(set_command, "--scopes", flags->scopes,
                  "Scopes, commas between, instead of those it has; or none");
  add_list_option(set_command, "--available", flags->available,
                  "all, or departments=ID,ID,users=ID,ID (departments with everyone below)");
  add_list_option(set_command, "--ip-allow", flags->ip_allow,
                  "Addresses or CIDRs it may call from; none: from anywhere");
}

void add_secrets(CLI::App& parent, Run& run, ManageAppFlagsPtr const& flags) {
  CLI::IsMember const uses({"feishu", "dingtalk"});
  auto& add = add_action(parent, run, flags, "add-secret",
                         "A second good secret, so that the first can be rotated out", add_secret);
  add_app_id(add, flags);
  add.add_option("--app-secret", flags->secret, "The secret (default: a new one)");
  add.add_option("--use", flags->use, "Whose credentials")->check(uses)->capture_default_str();
  auto& withdraw = add_action(parent, run, flags, "withdraw-secret",
                              "Refuse a secret, and all tokens made with it", withdraw_secret);
  add_app_id(withdraw, flags);
  withdraw.add_option("VERSION", flags->version, "As `carillon app show` tells it")->required();
  withdraw.add_option("--use", flags->use, "Whose credentials")->check(uses)->capture_default_str();
}

}  // namespace

void add_app(CLI::App& cli, Run& run) {
  auto* parent = cli.add_subcommand("app", "Look at apps and change them, on a running server");
  parent->require_subcommand(1);
  auto flags = std::make_shared<ManageAppFlags>();
  add_action(*parent, run, flags, "list", "All apps", list_apps);
  add_app_id(add_action(*parent, run, flags, "show", "All about one app", show_app), flags);
  add_changes(*parent, run, flags);
  add_app_id(add_action(*parent, run, flags, "enable", "Let a disabled app call again", enable),
             flags);
  add_app_id(add_action(*parent, run, flags, "disable", "Refuse an app's calls", disable), flags);
  add_app_id(add_action(*parent, run, flags, "delete", "Delete an app for good", delete_app),
             flags);
  for (auto const& [name, help, action] :
       {std::tuple<char const*, char const*, OperatorAction<ManageAppFlags>>{
            "install", "Let a store app be used by a tenant", install},
        {"uninstall", "Take an app out of a tenant", uninstall}}) {
    auto& command = add_action(*parent, run, flags, name, help, action);
    add_app_id(command, flags);
    command.add_option("TENANT_KEY", flags->tenant_key, "The tenant")->required();
  }
  add_secrets(*parent, run, flags);
  // Last, because a subcommand takes over the footer that its parent has when it is added.
  parent->footer("Each takes --server and the operator's token; `carillon app COMMAND --help`.");
}

}  // namespace carillon::server
