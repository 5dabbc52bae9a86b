// Calls to addresses that apps have given: short, checked, never followed elsewhere.
//
// Shape   The name is looked up, each address it stands for is checked, then called: what was
//         checked is what is called. Connections are kept a while for the next call.
// Source  docs/decisions/0012-outgoing-addresses.md.
// Errors  unavailable: refused address, no connection, bad certificate, no answer in time. An HTTP
//         status is not a failure; a redirect is a status like any other.
// Threads Any, at once; a call blocks at most `timeout`, besides looking up the name.
#pragma once

#include <chrono>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "dispatch/event_format.h"
#include "http/client.h"

namespace carillon::webhook {

struct Rules {
  std::vector<std::string> allowed;  // addresses and CIDRs that may be called although not public
  bool loopback = false;             // this machine may be called
  std::chrono::milliseconds timeout{3000};
  std::string ca_file;                             // trusted besides the system's
  std::string setting = "events.allow_addresses";  // where `allowed` comes from, for people
};

// Is this the address of a machine on the internet, or one that the rules allow?
Result<void> check_address(Rules const& rules, std::string_view address);

struct Url {
  std::string origin;  // "https://host:port"
  std::string target;  // "/path?query"
};
// Errors  invalid_field.
Result<Url> split_url(std::string_view url);

struct Call {
  std::string method = "GET";
  std::string url;
  http::ClientHeaders headers;
  std::string body;
};

class Webhooks {
 public:
  explicit Webhooks(Rules rules) : rules_(std::move(rules)) {}

  Result<http::ClientResponse> send(Call const& call);
  Result<http::ClientResponse> post(OutgoingCall const& call) {
    return send({"POST", call.url, call.headers, call.body});
  }

 private:
  struct Idle {
    std::string origin;
    http::Client client;
    std::chrono::steady_clock::time_point since;
  };
  Result<http::Client> take(std::string const& origin);
  void give_back(std::string origin, http::Client client);

  Rules const rules_;
  std::mutex mutex_;
  std::list<Idle> idle_;  // guarded by mutex_; oldest first
};

}  // namespace carillon::webhook
