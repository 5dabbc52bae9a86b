// A batch's counts as the server tells them, and following them until the batch is done.
//
// Source  GET /api/v1/batches/{id}, asked a few times a second: that survives proxies that hold
//         back event streams, and costs the server a microsecond.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "server/api_client.h"
#include "server/screen.h"

namespace carillon::server {

struct BatchCounts {
  std::string batch_id;
  std::string app_id;
  std::string msg_type;
  std::string state;
  std::string send_at;  // of a scheduled one
  std::uint64_t valid = 0;
  std::uint64_t pending = 0;
  std::uint64_t delivered = 0;
  std::uint64_t failed = 0;
  std::uint64_t excluded = 0;
  std::uint64_t read = 0;
  std::uint64_t recalled = 0;

  std::uint64_t deliverable() const { return valid - excluded; }
  bool done() const { return state == "sent" || state == "canceled" || state == "recalled"; }
  bool balanced() const { return valid == pending + delivered + failed + excluded; }
  // Everybody whom the app may reach has it (or had it, before a recall).
  bool everyone_reached() const { return done() && pending == 0 && delivered == deliverable(); }
};

Result<BatchCounts> fetch_counts(ApiClient& api, std::string_view batch_id);

// Follows a batch on `bar` until it is done, or until `stop` is set.
Result<BatchCounts> follow_batch(ApiClient& api, std::string_view batch_id, ProgressBar& bar,
                                 std::atomic<bool> const* stop = nullptr);

}  // namespace carillon::server
