#include "channel/live/live_channel.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace carillon::live {
namespace {

constexpr std::size_t kWaitingMax = 4096;
constexpr std::size_t kRecentMax = 1024;
constexpr int kTurn = 64;  // so many of them, then others may read

Seq seq_of(std::variant<Slice, BatchRecord> const& waiting) {
  if (auto const* slice = std::get_if<Slice>(&waiting)) return slice->seq;
  return std::get<BatchRecord>(waiting).recall_seq;
}

}  // namespace

void LiveChannel::committed(std::span<Slice const> slices, std::span<BatchRecord const> recalls) {
  if (hub_.empty()) return;
  for (auto const& record : recalls) take_back(record.key);
  std::vector<Waiting> news(slices.begin(), slices.end());
  news.insert(news.end(), recalls.begin(), recalls.end());
  std::stable_sort(news.begin(), news.end(),
                   [](auto const& a, auto const& b) { return seq_of(a) < seq_of(b); });
  if (!queue(std::move(news))) hub_.send_away();
}

void LiveChannel::take_back(BatchKey const& batch) {
  std::lock_guard const lock(mutex_);
  auto const at = recent_.find(batch);
  if (at == recent_.end()) return;
  for (auto const& weak : at->second) {
    if (auto const frame = weak.lock()) frame->revoke();
  }
  recent_.erase(at);
}

void LiveChannel::read(Person const& person, std::span<BatchNo const> batches) {
  if (hub_.empty() || batches.empty()) return;
  auto users = std::make_shared<UserSet>();
  users->add(person.user);
  hub_.tell(person.tenant, std::move(users), Seq{},
            http::make_frame(http::MessageKind::text, format_.read(person.tenant, batches)));
}

// False if nothing of what waited will be told.
bool LiveChannel::queue(std::vector<Waiting> news) {
  {
    std::lock_guard const lock(mutex_);
    if (waiting_.size() + news.size() > kWaitingMax) {
      waiting_.clear();
      return false;
    }
    std::move(news.begin(), news.end(), std::back_inserter(waiting_));
    if (std::exchange(draining_, true)) return true;
  }
  if (ports_.read([this](BatchStore& store) { drain(store); })) return true;
  std::lock_guard const lock(mutex_);
  draining_ = false;
  waiting_.clear();
  return false;
}

std::optional<LiveChannel::Waiting> LiveChannel::take() {
  std::lock_guard const lock(mutex_);
  if (waiting_.empty()) {
    content_of_.reset();  // it may be replaced until the next slice
    draining_ = false;
    return std::nullopt;
  }
  auto out = std::move(waiting_.front());
  waiting_.pop_front();
  return out;
}

void LiveChannel::drain(BatchStore& store) {
  for (int told = 1; auto const next = take(); ++told) {
    auto const done = std::visit([&](auto const& what) { return tell(store, what); }, *next);
    if (!done) hub_.send_away();
    if (told % kTurn == 0 && ports_.read([this](BatchStore& other) { drain(other); })) return;
  }
}

Result<void> LiveChannel::tell(BatchStore& store, Slice const& slice) {
  if (content_of_ != slice.batch) {
    TRY(auto stored, store.find_batch(slice.batch));
    if (!stored) return {};  // purged since
    content_ = std::move(stored->content);
    content_of_ = slice.batch;
  }
  auto const record = ports_.find(slice.batch);
  if (!record) return {};
  auto const frame = http::make_frame(
      http::MessageKind::text, format_.message(*record, slice.seq, slice.committed_at, content_));
  remember(slice.batch, frame);
  // Asked after it can be taken back: a recall either finds the frame or is seen here.
  auto const now = ports_.find(slice.batch);
  if (!now || now->recall_requested()) return {};
  told_.fetch_add(1, std::memory_order_relaxed);
  hub_.tell(slice.batch.tenant, std::make_shared<UserSet const>(slice.delivered), slice.seq, frame);
  return {};
}

Result<void> LiveChannel::tell(BatchStore& store, BatchRecord const& recall) {
  TRY(auto audience, store.audience(recall.key));
  hub_.tell(recall.key.tenant, std::make_shared<UserSet const>(std::move(audience.deliverable)),
            recall.recall_seq, http::make_frame(http::MessageKind::text, format_.recall(recall)));
  return {};
}

void LiveChannel::remember(BatchKey const& batch, http::SharedFrame const& frame) {
  std::lock_guard const lock(mutex_);
  if (recent_.size() >= kRecentMax) {
    for (auto at = recent_.begin(); at != recent_.end();) {
      std::erase_if(at->second, [](auto const& weak) { return weak.expired(); });
      at = at->second.empty() ? recent_.erase(at) : std::next(at);
    }
  }
  auto& frames = recent_[batch];
  std::erase_if(frames, [](auto const& weak) { return weak.expired(); });
  frames.push_back(frame);
}

}  // namespace carillon::live
