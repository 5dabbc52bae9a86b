// What to send next: strict order within an app, fair turns between apps.
//
// Shape   A lane per (tenant, app), first come first served; a second one for its messages to one
//         person, so that they never wait behind a large batch; and a third for counting its
//         recalls, so that a recall never waits for what is still being sent. next() goes round
//         the lanes that have work; each turn is one slice. Scheduled batches are in no lane until
//         they have joined their queue; due() says whose time has come.
// Source  design.md section 2.2 (I3).
// Cost    Pure; O(1) a turn, O(log n) to join or leave. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "batch/batch.h"

namespace carillon {

class Schedule {
 public:
  // Brings the schedule in line with the record: in a lane while there is work, else out of it.
  void update(BatchRecord const& record);
  void remove(BatchKey const& key);

  // The batch whose turn it is; it stays first in its lane until update() or remove().
  std::optional<BatchKey> next();
  bool empty() const { return turns_.empty(); }
  // The scheduled batch that is due first, if its time has come by `now`.
  std::optional<BatchKey> due(Time now) const;
  std::optional<Time> next_due() const;
  std::size_t waiting() const { return lane_of_.size(); }
  // visit(tenant, app, n) for each app with n batches for many in its sending lane.
  template <class Visit>
  void for_each_lane(Visit const& visit) const {
    for (auto const& [key, lane] : lanes_) {
      if (key.kind == LaneKind::send) visit(key.tenant, key.app, lane.queue.size());
    }
  }

 private:
  enum class LaneKind : std::uint8_t { send, single, recall };
  struct LaneKey {
    TenantNo tenant;
    AppNo app;
    LaneKind kind;
    friend auto operator<=>(LaneKey const&, LaneKey const&) = default;
  };
  struct Lane {
    std::map<std::uint64_t, BatchKey> queue;  // by queue_no
    std::list<LaneKey>::iterator turn;
  };
  struct Place {
    LaneKey lane;
    std::uint64_t queue_no;
  };

  void leave_timetable(BatchKey const& key);

  std::map<LaneKey, Lane> lanes_;  // those with work only
  std::list<LaneKey> turns_;       // the front has the next turn
  std::unordered_map<BatchKey, Place> lane_of_;
  std::set<std::pair<Time, BatchKey>> scheduled_;
  std::unordered_map<BatchKey, Time> time_of_;  // of those
};

}  // namespace carillon
