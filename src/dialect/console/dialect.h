// Our own API under /api/v1, for operators, apps and people; /healthz, /readyz.
//
// Source  design.md section 5; openapi.json beside this file describes every operation.
// Errors  RFC 9457 problem+json with a stable `type` (errors.h).
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "access/operator.h"
#include "access/rate_limit.h"
#include "access/token.h"
#include "channel/live/live_channel.h"
#include "channel/webpush/push_channel.h"
#include "core/content_rules.h"
#include "dialect/console/security_headers.h"
#include "dispatch/event_desk.h"
#include "engine/engine.h"
#include "engine/slow_work.h"
#include "http/router.h"
#include "import/importer.h"
#include "inbox/block_logs.h"
#include "media/blob_store.h"
#include "oidc/provider.h"

namespace carillon::console {

class LiveEvents;

// Who comes in by the OpenID provider (docs/operating/oidc.md).
struct OidcSettings {
  std::string person_claim = "sub";
  std::string person_is = "user_id";  // or "email"
  std::string tenant_key;
  std::string tenant_claim;
  std::string operator_claim = "email";
  std::string operator_groups_claim = "groups";
  std::vector<std::pair<std::string, Role>> operator_roles;  // by group
};

struct Settings {
  OidcSettings oidc;

  std::uint32_t session_hours = 12;        // a person's token
  std::uint32_t code_minutes = 5;          // the one-time code of an inbox link
  std::uint32_t operator_hours = 12;       // an operator's session
  std::uint32_t sign_ins_per_minute = 20;  // of operators, from an address and for a name
  std::uint32_t audit_days = 365;          // that the audit log is kept
  std::uint32_t recall_hours = 24;         // for apps, where the tenant sets none; 0: no limit
  std::uint32_t page_max = 100;            // the largest `limit`
  std::uint32_t recipients_page_max = 10'000;
  std::uint64_t import_bytes_max = 4ull << 30;
  std::uint64_t daily_recipients = 500'000;  // of one app in its tenant's day; 0: no limit
  std::uint64_t image_bytes_max = 10 << 20;  // of one that is uploaded; 0: 100 MiB
  std::uint32_t schedule_days = 366;         // how far ahead a batch may be scheduled
};

// What the endpoints work with; owned by the server for the process's life.
struct Context {
  Engine& engine;
  BlobStore& blobs;
  Key const& installation_key;
  Tokens const& tokens;
  Importer& importer;
  BlockLogs& block_logs;
  live::LiveChannel& live;
  LiveEvents const& live_events;
  webpush::PushChannel* push;
  RateLimiter& rates;
  SlowWork& slow_work;                      // hashes passwords
  std::string data_folder;                  // uploads are spooled into its tmp/
  std::string admin_token;                  // the operator's bearer
  std::function<std::string()> public_url;  // "http://HOST:PORT" or as configured; for links
  std::function<std::string()> metrics;     // Prometheus text
  std::function<Result<void>()> ready;      // why the server is not ready, if it is not
  std::function<bool()> retiring;           // it is about to stop
  Settings settings;
  // Whose message a content is, asked in this order.
  std::vector<ContentRules const*> content_rules = {};
  // Told of failures whose words are kept from callers (internal, unavailable), if set; any thread.
  std::function<void(std::string const& log_id, Error const& error)> on_failure = {};
  Scheme scheme = Scheme::http;        // by which people reach us
  EventDesk* events = nullptr;         // null: the calls about events are not there
  oidc::Provider* provider = nullptr;  // null: nobody signs in by it
  // Runs the job on a thread that may wait for other machines; false: too many wait already.
  std::function<bool(std::function<void()>)> run_waiting = {};
};

void add_routes(http::Router& router, Context& context);

}  // namespace carillon::console
