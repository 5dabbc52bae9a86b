#include "server/config.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <type_traits>
#include <utility>

#include <toml++/toml.h>

#include "access/address.h"
#include "core/content_audit.h"

namespace carillon::server {
namespace {

using Kind = Setting::Kind;

template <class Member>
Setting number(std::string name, std::string unit, std::string help, Member member,
               bool vendor_limit = false) {
  auto set = [name, member](Config& config, std::string const& value) -> Result<void> {
    using Field = std::remove_reference_t<decltype(member(config))>;
    std::uint64_t parsed = 0;
    auto const [end, error] = std::from_chars(value.data(), value.data() + value.size(), parsed);
    if (error != std::errc{} || end != value.data() + value.size() ||
        parsed > static_cast<std::uint64_t>(std::numeric_limits<Field>::max())) {
      return fail(Errc::invalid_field, name + ": \"" + value +
                                           "\" is not a whole number from 0 to " +
                                           std::to_string(std::numeric_limits<Field>::max()));
    }
    member(config) = static_cast<Field>(parsed);
    return {};
  };
  auto get = [member](Config const& config) {
    return std::to_string(member(const_cast<Config&>(config)));
  };
  return {std::move(name), Kind::number,   std::move(unit), std::move(help),
          vendor_limit,    std::move(set), std::move(get)};
}

template <class Member>
Setting seconds(std::string name, std::string help, Member member) {
  auto const count = [member](Config & config) -> auto& { return member(config); };
  auto set = [name, count](Config& config, std::string const& value) -> Result<void> {
    std::uint32_t parsed = 0;
    auto const [end, error] = std::from_chars(value.data(), value.data() + value.size(), parsed);
    if (error != std::errc{} || end != value.data() + value.size() || parsed == 0) {
      return fail(Errc::invalid_field, name + ": \"" + value + "\" is not a number of seconds");
    }
    count(config) = std::chrono::seconds(parsed);
    return {};
  };
  auto get = [count](Config const& config) {
    return std::to_string(count(const_cast<Config&>(config)).count());
  };
  return {std::move(name), Kind::number,   "seconds",     std::move(help),
          false,           std::move(set), std::move(get)};
}

template <class Member>
Setting text(std::string name, std::string help, Member field,
             std::function<bool(std::string const&)> valid = nullptr) {
  auto set = [name, field, valid](Config& config, std::string const& value) -> Result<void> {
    if (valid && !valid(value)) {
      return fail(Errc::invalid_field, name + ": \"" + value + "\" is not allowed here; see " +
                                           "`carillon help " + name + "`");
    }
    field(config) = value;
    return {};
  };
  auto get = [field](Config const& config) { return field(const_cast<Config&>(config)); };
  return {std::move(name), Kind::text, "", std::move(help), false, std::move(set), std::move(get)};
}

template <class Member>
Setting list(std::string name, std::string help, Member member,
             std::function<Result<void>(std::string const&)> check) {
  // --set takes one entry at a time and adds it; the file gives an array.
  auto set = [name, member, check](Config& config, std::string const& value) -> Result<void> {
    if (auto ok = check(value); !ok) {
      return fail(Errc::invalid_field, name + ": " + ok.error().detail);
    }
    member(config).push_back(value);
    return {};
  };
  auto get = [member](Config const& config) {
    std::string out;
    for (auto const& entry : member(const_cast<Config&>(config))) {
      out += (out.empty() ? "" : ", ") + entry;
    }
    return out;
  };
  return {std::move(name), Kind::list, "", std::move(help), false, std::move(set), std::move(get)};
}

Result<void> check_address_pattern(std::string const& value) {
  if (is_address_pattern(value)) return {};
  return fail(Errc::invalid_field, "\"" + value + "\" is neither an address nor a CIDR");
}

Setting dingtalk_language() {
  using dingtalk::Language;
  static constexpr std::array<std::pair<std::string_view, Language>, 3> kNames{
      {{"mixed", Language::mixed}, {"zh", Language::chinese}, {"en", Language::english}}};
  Setting out;
  out.name = "dingtalk.language";
  out.kind = Kind::text;
  out.help =
      "Language of errmsg: zh, en, or mixed, which is each text as the vendor's own pages show it. "
      "Clients should look at errcode only.";
  out.set = [](Config& config, std::string const& value) -> Result<void> {
    for (auto const& [name, language] : kNames) {
      if (name != value) continue;
      config.dingtalk.language = language;
      return {};
    }
    return fail(Errc::invalid_field, "dingtalk.language: \"" + value + "\" is not mixed, zh or en");
  };
  out.get = [](Config const& config) {
    for (auto const& [name, language] : kNames) {
      if (language == config.dingtalk.language) return std::string(name);
    }
    return std::string();
  };
  return out;
}

#define FIELD(path) ([](Config & c) -> auto& { return c.path; })

std::vector<Setting> make_settings() {
  std::vector<Setting> out;
  out.push_back(number("feishu.rate_per_second", "calls",
                       "Calls of one app to one Feishu API in a second; beyond it HTTP 429, "
                       "code 99991400.",
                       FIELD(feishu.rate_per_second), true));
  out.push_back(number("feishu.rate_per_minute", "calls",
                       "Calls of one app to one Feishu API in a minute; beyond it HTTP 429, "
                       "code 99991400.",
                       FIELD(feishu.rate_per_minute), true));
  out.push_back(number("feishu.daily_recipients", "recipients",
                       "Recipients that one app may reach by batch_send in a day of its tenant; a "
                       "batch that would exceed it is refused whole with code 11247.",
                       FIELD(feishu.daily_recipients), true));
  out.push_back(number("feishu.query_days", "days",
                       "How long after its acceptance a batch's progress and readers can be "
                       "asked for; then code 230030.",
                       FIELD(feishu.query_days), true));
  out.push_back(number("feishu.recall_hours", "hours",
                       "How long after its acceptance a batch can be recalled, for tenants that "
                       "set no recall_hours of their own; then code 230009. 0 lifts the limit for "
                       "every tenant.",
                       FIELD(feishu.recall_hours), true));
  out.push_back(number("feishu.text_bytes_max", "bytes",
                       "Largest request body of a text message; beyond it code 10002.",
                       FIELD(feishu.text_bytes_max)));
  out.push_back(number("feishu.rich_bytes_max", "bytes",
                       "Largest post content or card; beyond it code 10002.",
                       FIELD(feishu.rich_bytes_max)));
  out.push_back(number("feishu.image_bytes_max", "bytes",
                       "Largest image that im/v1/images takes, beyond it code 234006, and that the "
                       "console takes. 0 lifts the limit to 100 MiB.",
                       FIELD(feishu.image_bytes_max)));
  out.push_back(number("feishu.receiver_rate_per_second", "messages",
                       "Messages to one person in a second by im/v1/messages; beyond it code "
                       "230020.",
                       FIELD(feishu.receiver_rate_per_second), true));
  out.push_back(number("feishu.read_status_days", "days",
                       "How long after a message to one person its readers can be asked for; then "
                       "code 230033.",
                       FIELD(feishu.read_status_days), true));
  out.push_back(number("feishu.batch_error_status", "HTTP status",
                       "HTTP status of batch_send's own error codes: 200 as the vendor's page "
                       "says, or 400 as an older page said.",
                       FIELD(feishu.batch_error_status)));
  out.push_back(dingtalk_language());
  out.push_back(number("dingtalk.rate_per_second", "calls",
                       "Calls of one app to one DingTalk API in a second; beyond it errcode 90018, "
                       "for a store app 90019.",
                       FIELD(dingtalk.rate_per_second), true));
  out.push_back(number("dingtalk.userid_list_max", "entries",
                       "Most entries of userid_list in one call; beyond it errcode 40035. The "
                       "vendor's SDKs let callers send 5000.",
                       FIELD(dingtalk.userid_list_max), true));
  out.push_back(number("dingtalk.dept_id_list_max", "entries",
                       "Most entries of dept_id_list in one call; beyond it errcode 40035. The "
                       "vendor's SDKs let callers send 500.",
                       FIELD(dingtalk.dept_id_list_max), true));
  out.push_back(number("dingtalk.msg_bytes_max", "bytes",
                       "Largest message, minified; beyond it errcode 34016.",
                       FIELD(dingtalk.msg_bytes_max)));
  out.push_back(number("dingtalk.recipients_per_call", "people",
                       "People whom one call of a custom app reaches; the rest are excluded, with "
                       "143103 in getsendresult. to_all_user is not limited so.",
                       FIELD(dingtalk.recipients_per_call), true));
  out.push_back(number("dingtalk.store_recipients_per_call", "people",
                       "The same for a store app, with 143203.",
                       FIELD(dingtalk.store_recipients_per_call), true));
  out.push_back(number("dingtalk.recipients_per_minute", "people",
                       "People whom one app reaches in an organisation in a minute; the rest are "
                       "excluded, with 143103 (a store app's: 143203). to_all_user is not limited "
                       "so.",
                       FIELD(dingtalk.recipients_per_minute), true));
  out.push_back(number("dingtalk.total_recipients_per_minute", "people",
                       "People whom all custom apps of an organisation reach in a minute (143104), "
                       "or one store app in all organisations (143204).",
                       FIELD(dingtalk.total_recipients_per_minute), true));
  out.push_back(number("dingtalk.per_user_per_day", "messages",
                       "Messages of one custom app to one person in a day of the tenant; then such "
                       "people are excluded, with 143105.",
                       FIELD(dingtalk.per_user_per_day), true));
  out.push_back(number("dingtalk.store_per_user_per_day", "messages",
                       "The same for a store app, with 143205.",
                       FIELD(dingtalk.store_per_user_per_day), true));
  out.push_back(
      number("dingtalk.same_content_per_day", "messages",
             "How often one app may send the same content to one person in a day of the "
             "tenant; then such people are excluded, with 143106 (a store app's: 143206).",
             FIELD(dingtalk.same_content_per_day), true));
  out.push_back(
      number("dingtalk.to_all_per_day", "calls",
             "Calls with to_all_user of one app in a day of the tenant; then everybody is "
             "excluded, with 143105 (a store app's: 143205).",
             FIELD(dingtalk.to_all_per_day), true));
  out.push_back(number("dingtalk.result_hours", "hours",
                       "How long after its acceptance a task's result can be asked for and its "
                       "status bar changed; then errcode 40035. The vendor's own page says 24.",
                       FIELD(dingtalk.result_hours), true));
  out.push_back(number("dingtalk.recall_hours", "hours",
                       "How long after its acceptance a task can be recalled, for tenants that set "
                       "no recall_hours of their own; then errcode 40035. 0 lifts the limit for "
                       "every tenant.",
                       FIELD(dingtalk.recall_hours), true));
  out.push_back(number("dingtalk.progress_days", "days",
                       "How long after its acceptance a task's progress can be asked for; then "
                       "errcode 40035.",
                       FIELD(dingtalk.progress_days), true));
  out.push_back(number("console.session_hours", "hours",
                       "How long a session token made by POST /api/v1/sessions is good.",
                       FIELD(console.session_hours)));
  out.push_back(number("console.operator_hours", "hours",
                       "How long an operator stays signed in on the console.",
                       FIELD(console.operator_hours)));
  out.push_back(number("console.sign_ins_per_minute", "attempts",
                       "Sign-ins of operators from one address, and for one name; 0: no limit.",
                       FIELD(console.sign_ins_per_minute)));
  out.push_back(number("console.audit_days", "days",
                       "How long the log of what operators changed is kept; 0: for ever.",
                       FIELD(console.audit_days)));
  out.push_back(number("console.page_max", "messages", "Largest `limit` of an inbox page.",
                       FIELD(console.page_max)));
  out.push_back(number("console.recipients_page_max", "people",
                       "Largest `limit` of a page of recipients.",
                       FIELD(console.recipients_page_max)));
  out.push_back(number("console.import_bytes_max", "bytes",
                       "Largest file that POST /api/v1/import takes.",
                       FIELD(console.import_bytes_max)));
  out.push_back(number("http.threads", "threads", "Threads that serve connections; 0: one a core.",
                       FIELD(http.threads)));
  out.push_back(number("http.connections_max", "connections",
                       "Connections open at once; 0: what the open-file limit allows.",
                       FIELD(http.connections_max)));
  out.push_back(number("http.header_bytes_max", "bytes", "Largest request header; beyond it 431.",
                       FIELD(http.header_bytes_max)));
  out.push_back(number("http.headers_max", "lines",
                       "Most header lines of a request; beyond it 431.", FIELD(http.headers_max)));
  out.push_back(number("http.body_memory_max", "bytes",
                       "All request bodies together that are not complete yet; beyond it the one "
                       "that has stood still longest is given up.",
                       FIELD(http.body_memory_max)));
  out.push_back(seconds("http.header_timeout", "Time for a request's header to arrive.",
                        FIELD(http.header_timeout)));
  out.push_back(seconds("http.body_timeout",
                        "Time without any progress on a request's body or on reading an answer.",
                        FIELD(http.body_timeout)));
  out.push_back(seconds("http.idle_timeout", "Time a connection may rest between requests.",
                        FIELD(http.idle_timeout)));
  out.push_back(seconds("http.lame_duck",
                        "How long a server with trusted_proxies goes on serving when it is told to "
                        "stop, while /readyz says no: more than two of their health checks.",
                        FIELD(http.lame_duck)));
  out.push_back(
      list("http.trusted_proxies", "Addresses or networks whose X-Forwarded-For is believed.",
           FIELD(http.trusted_proxies), [](std::string const& value) -> Result<void> {
             if (is_address_pattern(value)) return {};
             return fail(Errc::invalid_field, "\"" + value + "\" is neither an address nor a CIDR");
           }));
  out.push_back(text("public_url",
                     "The address at which people reach this server, for links to the inbox; "
                     "empty: the one it listens on.",
                     FIELD(public_url)));
  out.push_back(text("bus",
                     "nats://HOST:PORT, or tls://, several with commas: over which the servers of "
                     "one --store tell each other at once that there is something new. Empty: they "
                     "look ten times a second.",
                     FIELD(bus)));
  out.push_back(list("audit.words",
                     "Words that no message may contain (any case); such a batch is refused with "
                     "code 11312.",
                     FIELD(audit_words), [](std::string const&) -> Result<void> { return {}; }));
  out.push_back(list("audit.regexes",
                     "Expressions (RE2 syntax, any case) that no message may match; code 11312.",
                     FIELD(audit_regexes), [](std::string const& value) -> Result<void> {
                       CHECK_OK(ContentAudit::make({}, {value}));
                       return {};
                     }));
  out.push_back(text("log.level", "debug, info, warn or error. debug logs every request.",
                     FIELD(log_level), [](std::string const& value) {
                       return value == "debug" || value == "info" || value == "warn" ||
                              value == "error";
                     }));
  out.push_back(text("events.retry_after",
                     "Pauses in seconds before each further attempt to tell an event, separated "
                     "by commas; after the last one it becomes a dead letter.",
                     FIELD(events.retry_after),
                     [](std::string const& value) { return bool(parse_retries(value)); }));
  out.push_back(list("events.allow_addresses",
                     "Addresses or networks that may be called with events although they are not "
                     "public; this machine may be while the server itself listens on it only.",
                     FIELD(events.allow_addresses), check_address_pattern));
  out.push_back(
      seconds("events.timeout", "Time for a receiver to take an event.", FIELD(events.timeout)));
  out.push_back(text("events.ca_file",
                     "A PEM file of certificates that receivers may have besides those the "
                     "system trusts.",
                     FIELD(events.ca_file)));
  out.push_back(number("events.waiting_max", "events",
                       "Most events that wait for one app in one tenant; beyond it the oldest "
                       "becomes a dead letter. 0: no limit.",
                       FIELD(events.waiting_max)));
  out.push_back(number("events.dead_letters_max", "events",
                       "Most dead letters kept for one app in one tenant; beyond it the oldest is "
                       "dropped and counted. 0: no limit.",
                       FIELD(events.dead_letters_max)));
  out.push_back(number("events.threads", "threads",
                       "Most receivers that are called at once; at least 2.",
                       FIELD(events.threads)));
  out.push_back(number("events.connections_per_app", "connections",
                       "Most long connections of one app; beyond it code 1000040350. 0: no limit.",
                       FIELD(events.connections_per_app)));
  out.push_back(number("events.reconnect_seconds", "seconds",
                       "What clients of long connections are told to wait before they come again.",
                       FIELD(events.reconnect_seconds)));
  out.push_back(number("events.away_hours", "hours",
                       "How long events wait for an app without URL whose long connections have "
                       "ended; then it counts as not listening. 0: for ever.",
                       FIELD(events.away_hours)));
  out.push_back(text("push.contact",
                     "How push services reach whoever runs this server: a mailto: or https: "
                     "address. Empty: public_url if that is https. Some services refuse pushes "
                     "without a real one.",
                     FIELD(push.contact), [](std::string const& value) {
                       return value.empty() || value.starts_with("mailto:") ||
                              value.starts_with("https://");
                     }));
  out.push_back(text("push.retry_after",
                     "Pauses in seconds before each further attempt at a push that failed, "
                     "separated by commas; after the last one it is given up.",
                     FIELD(push.retry_after),
                     [](std::string const& value) { return bool(parse_retries(value)); }));
  out.push_back(list("push.allow_addresses",
                     "Addresses or networks of push services that may be called although they are "
                     "not public; with one of them, endpoints without TLS are taken too.",
                     FIELD(push.allow_addresses), check_address_pattern));
  out.push_back(
      seconds("push.timeout", "Time for a push service to take a push.", FIELD(push.timeout)));
  out.push_back(text("push.ca_file",
                     "A PEM file of certificates that push services may have besides those the "
                     "system trusts.",
                     FIELD(push.ca_file)));
  out.push_back(number("push.threads", "threads",
                       "Most push services' answers that are waited for at once; 0: no pushes.",
                       FIELD(push.threads)));
  out.push_back(number("push.per_second", "pushes", "Most pushes sent in a second. 0: no limit.",
                       FIELD(push.per_second)));
  out.push_back(number("push.ttl_hours", "hours",
                       "For how long after a message a push about it is of use: neither tried "
                       "nor kept by the push service beyond it.",
                       FIELD(push.ttl_hours)));
  out.push_back(text("oidc.issuer",
                     "The OpenID provider at which people and operators may sign in, to the "
                     "letter as it calls itself. Empty: none.",
                     FIELD(oidc.issuer), [](std::string const& value) {
                       return value.empty() || value.starts_with("https://") ||
                              value.starts_with("http://");
                     }));
  out.push_back(text("oidc.client_id", "As which client the provider knows this server.",
                     FIELD(oidc.client_id)));
  out.push_back(text("oidc.client_secret_file",
                     "A file with the client's secret. Empty: a public client.",
                     FIELD(oidc.client_secret_file)));
  out.push_back(text("oidc.scopes", "What the provider is asked for, \"openid\" among it.",
                     FIELD(oidc.scopes)));
  out.push_back(text("oidc.person_claim", "The claim that says whose inbox it is.",
                     FIELD(console.oidc.person_claim)));
  out.push_back(text("oidc.person_is",
                     "What that claim is here: user_id or email. The claim \"email\" counts only "
                     "if the provider has checked it.",
                     FIELD(console.oidc.person_is), [](std::string const& value) {
                       return value == "user_id" || value == "email";
                     }));
  out.push_back(text("oidc.tenant_key",
                     "The tenant of people who sign in so. Empty: the only one there is.",
                     FIELD(console.oidc.tenant_key)));
  out.push_back(text("oidc.tenant_claim", "The claim that says their tenant_key instead.",
                     FIELD(console.oidc.tenant_claim)));
  out.push_back(text("oidc.operator_claim",
                     "The claim by which an operator is called; choose one that people cannot set "
                     "themselves.",
                     FIELD(console.oidc.operator_claim)));
  out.push_back(text("oidc.operator_groups_claim",
                     "The claim that lists the groups somebody is in.",
                     FIELD(console.oidc.operator_groups_claim)));
  out.push_back(list("oidc.operator_roles",
                     "Which group gives which role, as \"group=role\"; the best one counts. Roles: "
                     "viewer, sender, admin.",
                     FIELD(oidc.operator_roles), [](std::string const& value) -> Result<void> {
                       CHECK_OK(parse_group_role(value));
                       return {};
                     }));
  out.push_back(list("oidc.allow_addresses",
                     "Addresses or networks of the provider that may be called although they are "
                     "not public; with one of them, http is taken too.",
                     FIELD(oidc.allow_addresses), check_address_pattern));
  out.push_back(
      seconds("oidc.timeout", "Time for each answer of the provider.", FIELD(oidc.timeout)));
  out.push_back(text("oidc.ca_file",
                     "A PEM file of certificates that the provider may have besides those the "
                     "system trusts.",
                     FIELD(oidc.ca_file)));
  out.push_back(number("disk.low_mb", "MiB",
                       "Below this much free disk new batches are refused while reads and "
                       "everything accepted go on.",
                       FIELD(low_disk_mb)));
  out.push_back(number("store.reader_threads", "threads", "Threads that read the store.",
                       FIELD(reader_threads)));
  out.push_back(number("inbox.cache_mb", "MiB",
                       "Memory for the delivery sets that inbox pages look through.",
                       FIELD(inbox_cache_mb)));
  return out;
}

#undef FIELD

Result<void> apply_node(Config& config, std::string const& name, toml::node const& node) {
  if (auto const* table = node.as_table()) {
    for (auto const& [key, child] : *table) {
      auto const prefix = name.empty() ? "" : name + ".";
      CHECK_OK(apply_node(config, prefix + std::string(key.str()), child));
    }
    return {};
  }
  auto const* setting = find_setting(name);
  if (setting == nullptr) return fail(Errc::invalid_field, "unknown setting " + name);
  auto const set_one = [&](toml::node const& value) -> Result<void> {
    if (auto const* text_value = value.as_string()) return setting->set(config, text_value->get());
    if (auto const* whole = value.as_integer()) {
      return setting->set(config, std::to_string(whole->get()));
    }
    return fail(Errc::invalid_field, name + ": a text, a whole number or a list of texts is meant");
  };
  if (auto const* array = node.as_array()) {
    if (setting->kind != Kind::list) {
      return fail(Errc::invalid_field, name + " takes one value, not a list");
    }
    for (auto const& entry : *array) CHECK_OK(set_one(entry));
    return {};
  }
  return set_one(node);
}

}  // namespace

std::vector<Setting> const& settings() {
  static std::vector<Setting> const all = make_settings();
  return all;
}

Result<std::pair<std::string, Role>> parse_group_role(std::string_view text) {
  auto const equals = text.rfind('=');
  auto const role =
      equals == std::string_view::npos ? std::nullopt : find_role(text.substr(equals + 1));
  if (role && equals > 0) return std::pair(std::string(text.substr(0, equals)), *role);
  return fail(Errc::invalid_field,
              "\"" + std::string(text) + "\" is not group=role, with viewer, sender or admin");
}

Result<std::vector<std::chrono::seconds>> parse_retries(std::string_view text) {
  std::vector<std::chrono::seconds> out;
  while (!text.empty()) {
    auto const one = text.substr(0, text.find(','));
    text.remove_prefix(std::min(one.size() + 1, text.size()));
    std::uint32_t parsed = 0;
    auto const [end, error] = std::from_chars(one.data(), one.data() + one.size(), parsed);
    if (error != std::errc{} || end != one.data() + one.size()) {
      return fail(Errc::invalid_field, "\"" + std::string(one) + "\" is not a number of seconds");
    }
    out.emplace_back(parsed);
  }
  return out;
}

Setting const* find_setting(std::string_view name) {
  for (auto const& setting : settings()) {
    if (setting.name == name) return &setting;
  }
  return nullptr;
}

Result<void> apply_profile(Config& config, std::string_view profile) {
  if (profile == "vendor") return {};
  if (profile != "own") {
    return fail(Errc::invalid_field,
                "--profile is \"vendor\" (the vendors' limits) or \"own\" (none of them)");
  }
  for (auto const& setting : settings()) {
    if (setting.vendor_limit) CHECK_OK(setting.set(config, "0"));
  }
  return {};
}

Result<void> apply_file(Config& config, std::string const& path) {
  try {
    auto const table = toml::parse_file(path);
    return apply_node(config, "", table);
  } catch (toml::parse_error const& problem) {
    return fail(Errc::invalid_field, path + ": line " +
                                         std::to_string(problem.source().begin.line) + ": " +
                                         std::string(problem.description()));
  }
}

Result<void> apply_set(Config& config, std::string_view name_is_value) {
  auto const equals = name_is_value.find('=');
  if (equals == std::string_view::npos) {
    return fail(Errc::invalid_field,
                "--set takes NAME=VALUE, not \"" + std::string(name_is_value) + "\"");
  }
  std::string const name(name_is_value.substr(0, equals));
  auto const* setting = find_setting(name);
  if (setting == nullptr) {
    return fail(Errc::invalid_field,
                "unknown setting " + name + "; `carillon help settings` lists them");
  }
  return setting->set(config, std::string(name_is_value.substr(equals + 1)));
}

Result<void> apply_listen(Config& config, std::string_view host_and_port) {
  auto const colon = host_and_port.rfind(':');
  std::uint16_t port = 0;
  auto const digits =
      colon == std::string_view::npos ? std::string_view{} : host_and_port.substr(colon + 1);
  auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) {
    return fail(Errc::invalid_field,
                "--listen takes HOST:PORT, not \"" + std::string(host_and_port) + "\"");
  }
  auto host = host_and_port.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  config.http.host = std::string(host);
  config.http.port = port;
  return {};
}

}  // namespace carillon::server
