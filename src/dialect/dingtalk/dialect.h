// The DingTalk dialect: its routes on our router, bytes to commands and results to bytes.
//
// Source  docs/wire/dingtalk/. Nothing outside this folder knows a DingTalk word.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "access/call_counters.h"
#include "access/rate_limit.h"
#include "access/token.h"
#include "core/content_audit.h"
#include "dialect/dingtalk/errors.h"
#include "dialect/dingtalk/task_id.h"
#include "engine/engine.h"
#include "http/router.h"
#include "media/blob_store.h"

namespace carillon::dingtalk {

// Every limit of the vendor as a setting; 0 switches it off.
struct Settings {
  Language language = Language::mixed;
  std::uint32_t rate_per_second = 20;   // calls of one app to one API
  std::uint32_t userid_list_max = 100;  // entries of one call; doubles counted once
  std::uint32_t dept_id_list_max = 20;
  std::uint32_t msg_bytes_max = 64 * 1024;  // the message's object, minified
  // Flow control: whom these keep back is told in getsendresult.
  std::uint32_t recipients_per_call = 5000;
  std::uint32_t store_recipients_per_call = 1000;
  std::uint32_t recipients_per_minute = 5000;        // of one app in one organisation
  std::uint32_t total_recipients_per_minute = 5000;  // of an organisation; of a store app anywhere
  std::uint32_t per_user_per_day = 500;              // of one app to one person
  std::uint32_t store_per_user_per_day = 100;
  std::uint32_t same_content_per_day = 1;  // of one app to one person
  std::uint32_t to_all_per_day = 3;        // of one app
  std::uint32_t progress_days = 7;         // how long progress can be asked for
  std::uint32_t result_hours = 7 * 24;     // how long the result can be asked for
  std::uint32_t recall_hours = 24;         // where the tenant sets none of its own; 0: off for all
};

// What the endpoints work with; owned by the server for the process's life.
struct Context {
  Engine& engine;
  BlobStore& blobs;
  Key const& installation_key;
  Tokens const& tokens;
  RateLimiter& rates;
  std::shared_ptr<ContentAudit const> audit;
  std::string spool_folder;  // where uploads lie while they arrive; on the disk of the blobs
  Settings settings;
  CallCounters counters = {};
  TaskIds task_ids = TaskIds(installation_key);
};

void add_routes(http::Router& router, Context& context);

}  // namespace carillon::dingtalk
