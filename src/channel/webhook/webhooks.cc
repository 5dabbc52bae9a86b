#include "channel/webhook/webhooks.h"

#include <utility>

#include "access/address.h"

namespace carillon::webhook {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kIdleMax = 64;
constexpr auto kIdleTime = 30s;  // many servers close after a minute
constexpr std::size_t kAnswerBytesMax = 64 * 1024;

// What is not a public address: this machine, private and shared networks, documentation,
// multicast, and IPv6 forms that carry any IPv4 address.
std::vector<std::string> const& not_public() {
  static std::vector<std::string> const all{
      "0.0.0.0/8",       "10.0.0.0/8",     "100.64.0.0/10", "127.0.0.0/8",    "169.254.0.0/16",
      "172.16.0.0/12",   "192.0.0.0/24",   "192.0.2.0/24",  "192.168.0.0/16", "198.18.0.0/15",
      "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",   "::/128",         "::1/128",
      "64:ff9b::/96",    "64:ff9b:1::/48", "100::/64",      "2001::/32",      "2001:db8::/32",
      "2002::/16",       "fc00::/7",       "fe80::/10",     "fec0::/10",      "ff00::/8",
      "::/96",           "192.88.99.0/24", "3fff::/20"};
  return all;
}

}  // namespace

Result<void> check_address(Rules const& rules, std::string_view address) {
  // A scope, as in fe80::1%eth0, belongs to the machine and not to the address.
  auto const plain = address.substr(0, address.find('%'));
  if (!is_address_pattern(plain)) {
    return fail(Errc::unavailable, std::string(address) + " is no address");
  }
  if (!address_allowed(not_public(), plain)) return {};
  static std::vector<std::string> const this_machine{"127.0.0.0/8", "::1"};
  if (rules.loopback && address_allowed(this_machine, plain)) return {};
  if (!rules.allowed.empty() && address_allowed(rules.allowed, plain)) return {};
  return fail(Errc::unavailable, std::string(address) + " is not a public address; the setting " +
                                     rules.setting + " can allow it");
}

Result<Url> split_url(std::string_view url) {
  auto const scheme = url.find("://");
  bool const known = url.starts_with("http://") || url.starts_with("https://");
  auto const host = scheme == std::string_view::npos ? scheme : scheme + 3;
  if (!known || url.size() == host) {
    return fail(Errc::invalid_field, "the URL must begin with http:// or https:// and a host");
  }
  for (unsigned char const c : url) {
    if (c <= ' ' || c == 0x7f) {
      return fail(Errc::invalid_field, "the URL contains a blank or a control character");
    }
  }
  url = url.substr(0, url.find('#'));
  auto const end = url.find_first_of("/?", host);
  Url out{std::string(url.substr(0, end)), "/"};
  if (out.origin.find('@') != std::string::npos) {
    return fail(Errc::invalid_field, "the URL must not contain a user name");
  }
  if (end != std::string_view::npos) {
    out.target = url[end] == '?' ? "/" + std::string(url.substr(end)) : url.substr(end);
  }
  http::ClientOptions probe;
  probe.url = out.origin;
  CHECK_OK(http::Client::open(std::move(probe)));
  return out;
}

Result<http::Client> Webhooks::take(std::string const& origin) {
  {
    std::lock_guard const lock(mutex_);
    auto const now = std::chrono::steady_clock::now();
    while (!idle_.empty() && now - idle_.front().since > kIdleTime) idle_.pop_front();
    for (auto at = idle_.begin(); at != idle_.end(); ++at) {
      if (at->origin != origin) continue;
      auto client = std::move(at->client);
      idle_.erase(at);
      return client;
    }
  }
  http::ClientOptions options;
  options.url = origin;
  options.ca_file = rules_.ca_file;
  options.connect_timeout = std::chrono::ceil<std::chrono::seconds>(rules_.timeout);
  options.timeout = options.connect_timeout;
  options.total = rules_.timeout;
  options.body_bytes_max = kAnswerBytesMax;
  options.allow = [this](std::string_view address) { return check_address(rules_, address); };
  return http::Client::open(std::move(options));
}

void Webhooks::give_back(std::string origin, http::Client client) {
  if (!client.connected()) return;
  std::lock_guard const lock(mutex_);
  if (idle_.size() >= kIdleMax) idle_.pop_front();
  idle_.push_back({std::move(origin), std::move(client), std::chrono::steady_clock::now()});
}

Result<http::ClientResponse> Webhooks::send(Call const& call) {
  TRY(auto url, split_url(call.url));
  TRY(auto client, take(url.origin));
  bool const was_connected = client.connected();
  auto const started = std::chrono::steady_clock::now();
  auto answer = client.send(call.method, url.target, call.headers, call.body);
  // The receiver may have closed the kept connection at the moment of the call. One that is slow
  // is not called twice.
  bool const at_once = std::chrono::steady_clock::now() - started < rules_.timeout / 2;
  if (!answer && was_connected && at_once)
    answer = client.send(call.method, url.target, call.headers, call.body);
  if (answer) give_back(std::move(url.origin), std::move(client));
  return answer;
}

}  // namespace carillon::webhook
