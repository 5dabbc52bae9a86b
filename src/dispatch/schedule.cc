#include "dispatch/schedule.h"

namespace carillon {

void Schedule::update(BatchRecord const& record) {
  bool const to_send = record.state == BatchState::accepted || record.state == BatchState::sending;
  if (record.state == BatchState::scheduled) {
    remove(record.key);
    scheduled_.emplace(record.send_at, record.key);
    time_of_.emplace(record.key, record.send_at);
    return;
  }
  if (!to_send && record.state != BatchState::recalling) {
    remove(record.key);
    return;
  }
  auto const kind = !to_send                           ? LaneKind::recall
                    : record.kind == BatchKind::single ? LaneKind::single
                                                       : LaneKind::send;
  LaneKey const lane_key{record.key.tenant, record.app, kind};
  leave_timetable(record.key);
  if (auto const at = lane_of_.find(record.key); at != lane_of_.end()) {
    if (at->second.lane == lane_key && at->second.queue_no == record.queue_no) return;
    remove(record.key);
  }
  auto [lane, is_new] = lanes_.try_emplace(lane_key);
  if (is_new) lane->second.turn = turns_.insert(turns_.end(), lane_key);
  lane->second.queue.emplace(record.queue_no, record.key);
  lane_of_.emplace(record.key, Place{lane_key, record.queue_no});
}

void Schedule::leave_timetable(BatchKey const& key) {
  if (time_of_.empty()) return;
  auto const at = time_of_.find(key);
  if (at == time_of_.end()) return;
  scheduled_.erase({at->second, key});
  time_of_.erase(at);
}

void Schedule::remove(BatchKey const& key) {
  leave_timetable(key);
  auto const at = lane_of_.find(key);
  if (at == lane_of_.end()) return;
  auto const lane = lanes_.find(at->second.lane);
  lane->second.queue.erase(at->second.queue_no);
  if (lane->second.queue.empty()) {
    turns_.erase(lane->second.turn);
    lanes_.erase(lane);
  }
  lane_of_.erase(at);
}

std::optional<Time> Schedule::next_due() const {
  if (scheduled_.empty()) return std::nullopt;
  return scheduled_.begin()->first;
}

std::optional<BatchKey> Schedule::due(Time now) const {
  if (scheduled_.empty() || scheduled_.begin()->first > now) return std::nullopt;
  return scheduled_.begin()->second;
}

std::optional<BatchKey> Schedule::next() {
  if (turns_.empty()) return std::nullopt;
  turns_.splice(turns_.end(), turns_, turns_.begin());
  return lanes_.at(turns_.back()).queue.begin()->second;
}

}  // namespace carillon
