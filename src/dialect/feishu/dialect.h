// The Feishu/Lark dialect: its routes on our router, bytes to commands and results to bytes.
//
// Source  docs/wire/feishu/. Nothing outside this folder knows a Feishu word.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "access/call_counters.h"
#include "access/rate_limit.h"
#include "access/token.h"
#include "core/content_audit.h"
#include "engine/engine.h"
#include "http/router.h"
#include "media/blob_store.h"

namespace carillon::feishu {

class LongConnections;

// Every limit of the vendor as a setting; 0 switches it off.
struct Settings {
  std::uint32_t rate_per_second = 50;  // calls of one app to one API
  std::uint32_t rate_per_minute = 1000;
  std::uint64_t daily_recipients = 500'000;  // of one app in its tenant's day, by batch_send
  std::uint32_t query_days = 30;             // how long progress and readers can be asked for
  std::uint32_t recall_hours = 24;  // where the tenant sets none of its own; 0: off for all
  std::uint32_t text_bytes_max = 150 * 1024;   // the request body of a text
  std::uint32_t rich_bytes_max = 30 * 1024;    // a post's content, a card with its variables
  std::uint64_t image_bytes_max = 10 << 20;    // of one image that is uploaded
  std::uint32_t receiver_rate_per_second = 5;  // messages to one person, by single sends
  std::uint32_t read_status_days = 7;          // how long readers of such a message are told
  std::uint32_t batch_error_status = 200;      // HTTP status of batch_send's own errors
};

// What the endpoints work with; owned by the server for the process's life.
struct Context {
  Engine& engine;
  BlobStore& blobs;
  Key const& installation_key;
  Tokens const& tokens;
  RateLimiter& rates;
  std::shared_ptr<ContentAudit const> audit;
  std::string spool_folder;  // where uploads lie while they are read; on the blobs' disk
  Settings settings;
  CallCounters counters;
  LongConnections* connections = nullptr;        // null: no long connections are offered
  std::function<void(AppNo)> tell_ticket = {};   // tells a store app its ticket now
  std::function<std::string()> public_url = {};  // "http://HOST:PORT", as apps reach this server
};

void add_routes(http::Router& router, Context& context);

}  // namespace carillon::feishu
