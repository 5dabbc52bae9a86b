// The inbox while it is looked at: people who are connected hear at once of what reaches them.
//
// Shape   The writer tells of slices and recalls that are on disk; they queue up here and are made
//         into frames on a reader thread, in their order: one frame for everybody in a slice.
//         The stored inbox stays the truth: when more waits than the queue holds, whoever is
//         connected is told to come back with their cursor instead (1013).
//         A recall takes back at once what sockets have not begun to send.
// Threads Any. committed() takes a lock and returns.
// Cost    Nobody connected: one load a commit.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "batch/batch_store.h"
#include "channel/live/hub.h"
#include "dispatch/channel.h"

namespace carillon::live {

// What is said to people, as the API that they speak says it.
class LiveFormat {
 public:
  virtual ~LiveFormat() = default;
  virtual std::string message(BatchRecord const& record, Seq seq, Time committed_at,
                              Content const& content) const = 0;
  virtual std::string recall(BatchRecord const& record) const = 0;
  virtual std::string read(TenantNo tenant, std::span<BatchNo const> batches) const = 0;
};

class LiveChannel final : public Channel {
 public:
  struct Ports {
    // Runs the job on a thread that may read; false: too many wait.
    std::function<bool(std::function<void(BatchStore&)>)> read;
    FindBatch find;
  };
  LiveChannel(Ports ports, LiveFormat const& format) : ports_(std::move(ports)), format_(format) {}

  Hub& hub() { return hub_; }
  LiveFormat const& format() const { return format_; }

  void committed(std::span<Slice const> slices, std::span<BatchRecord const> recalls) override;
  // This person has read these, on one of their devices.
  void read(Person const& person, std::span<BatchNo const> batches);

  std::uint64_t told() const { return told_.load(std::memory_order_relaxed); }

 private:
  using Waiting = std::variant<Slice, BatchRecord>;  // a record: its recall

  void take_back(BatchKey const& batch);
  bool queue(std::vector<Waiting> news);
  void drain(BatchStore& store);
  std::optional<Waiting> take();
  Result<void> tell(BatchStore& store, Slice const& slice);
  Result<void> tell(BatchStore& store, BatchRecord const& recall);
  void remember(BatchKey const& batch, http::SharedFrame const& frame);

  Ports const ports_;
  LiveFormat const& format_;
  Hub hub_;
  std::atomic<std::uint64_t> told_{0};

  std::mutex mutex_;
  std::deque<Waiting> waiting_;  // guarded by mutex_, as all below
  bool draining_ = false;
  // Frames that may still wait in a socket's queue, for a recall to take back.
  std::map<BatchKey, std::vector<std::weak_ptr<http::Frame const>>> recent_;

  // The reader's that drains: slices of one batch come one after the other.
  std::optional<BatchKey> content_of_;
  Content content_;
};

}  // namespace carillon::live
