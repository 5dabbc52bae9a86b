#include "server/batch_counts.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "http/percent.h"

namespace carillon::server {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{20};
constexpr milliseconds kLongestPause{500};

std::string note_of(BatchCounts const& counts) {
  auto out = counts.state + ", read " + with_commas(counts.read);
  if (counts.failed != 0) out += ", failed " + with_commas(counts.failed);
  if (counts.excluded != 0) out += ", excluded " + with_commas(counts.excluded);
  if (counts.recalled != 0) out += ", recalled " + with_commas(counts.recalled);
  return out;
}

}  // namespace

Result<BatchCounts> fetch_counts(ApiClient& api, std::string_view batch_id) {
  TRY(auto const answer, api.call("GET", "/api/v1/batches/" + http::percent_encode(batch_id)));
  auto const root = answer.root();
  BatchCounts out;
  out.batch_id = text_of(root, "batch_id");
  out.app_id = text_of(root, "app_id");
  out.msg_type = text_of(root, "msg_type");
  out.state = text_of(root, "state");
  out.send_at = text_of(root, "send_at");
  out.valid = number_of(root, "valid");
  out.pending = number_of(root, "pending");
  out.delivered = number_of(root, "delivered");
  out.failed = number_of(root, "failed");
  out.excluded = number_of(root, "excluded");
  out.read = number_of(root, "read");
  out.recalled = number_of(root, "recalled");
  if (out.state.empty()) {
    return fail(Errc::unavailable, "the server's answer is not about a batch");
  }
  return out;
}

Result<BatchCounts> follow_batch(ApiClient& api, std::string_view batch_id, ProgressBar& bar,
                                 std::atomic<bool> const* stop) {
  auto pause = kFirstPause;
  std::string told;  // the state that was told
  std::uint64_t last_done = 0;
  for (;;) {
    TRY(auto const counts, fetch_counts(api, batch_id));
    bool const recall = counts.state == "recalling" || counts.state == "recalled";
    auto const done = recall ? counts.recalled : counts.delivered + counts.failed;
    auto const total = recall ? counts.delivered : counts.deliverable();
    if (counts.done() || (stop != nullptr && *stop)) {
      bar.finish(done, total, note_of(counts));
      return counts;
    }
    bar.update(done, total, note_of(counts));
    if (counts.state != told) {
      told = counts.state;
      if (told == "paused") bar.say("This batch is paused: `carillon resume` lets it go on.");
      if (told == "scheduled") bar.say("This batch is scheduled for " + counts.send_at + ".");
    }
    pause = done == last_done ? std::min(pause * 2, kLongestPause) : kFirstPause * 4;
    last_done = done;
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace carillon::server
