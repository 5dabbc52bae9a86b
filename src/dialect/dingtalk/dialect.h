// The DingTalk dialect: its routes on our router, bytes to commands and results to bytes.
//
// Source  docs/wire/dingtalk/. Nothing outside this folder knows a DingTalk word.
#pragma once

#include <cstdint>
#include <memory>

#include "access/call_counters.h"
#include "access/rate_limit.h"
#include "access/token.h"
#include "core/content_audit.h"
#include "dialect/dingtalk/errors.h"
#include "dialect/dingtalk/task_id.h"
#include "engine/engine.h"
#include "http/router.h"

namespace carillon::dingtalk {

// Every limit of the vendor as a setting; 0 switches it off.
struct Settings {
  Language language = Language::mixed;
  std::uint32_t rate_per_second = 20;  // calls of one app to one API
  std::uint32_t progress_days = 7;     // how long progress can be asked for
};

// What the endpoints work with; owned by the server for the process's life.
struct Context {
  Engine& engine;
  Key const& installation_key;
  Tokens const& tokens;
  RateLimiter& rates;
  std::shared_ptr<ContentAudit const> audit;
  Settings settings;
  CallCounters counters = {};
  TaskIds task_ids = TaskIds(installation_key);
};

void add_routes(http::Router& router, Context& context);

}  // namespace carillon::dingtalk
