#include "dispatch/schedule.h"

namespace carillon {

void Schedule::update(BatchRecord const& record) {
  bool const to_send = record.state == BatchState::accepted || record.state == BatchState::sending;
  if (!to_send && record.state != BatchState::recalling) {
    remove(record.key);
    return;
  }
  auto const kind = !to_send                           ? LaneKind::recall
                    : record.kind == BatchKind::single ? LaneKind::single
                                                       : LaneKind::send;
  LaneKey const lane_key{record.key.tenant, record.app, kind};
  if (auto const at = lane_of_.find(record.key); at != lane_of_.end()) {
    if (at->second.lane == lane_key && at->second.queue_no == record.queue_no) return;
    remove(record.key);
  }
  auto [lane, is_new] = lanes_.try_emplace(lane_key);
  if (is_new) lane->second.turn = turns_.insert(turns_.end(), lane_key);
  lane->second.queue.emplace(record.queue_no, record.key);
  lane_of_.emplace(record.key, Place{lane_key, record.queue_no});
}

void Schedule::remove(BatchKey const& key) {
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

std::optional<BatchKey> Schedule::next() {
  if (turns_.empty()) return std::nullopt;
  turns_.splice(turns_.end(), turns_, turns_.begin());
  return lanes_.at(turns_.back()).queue.begin()->second;
}

}  // namespace carillon
