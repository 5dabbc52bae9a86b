#include "dialect/console/live_listener.h"

namespace carillon::console {
namespace {

constexpr std::size_t kWaitingMax = 1024;

}  // namespace

void LiveListener::tell(Seq seq, http::SharedFrame const& frame) {
  if (gone_) return;
  if (!caught_up_) {
    if (waiting_.size() == kWaitingMax) return send_away();
    waiting_.emplace_back(seq, frame);
  } else if (seq == Seq{} || seq > known_) {
    socket_.send(frame);
  }
}

void LiveListener::send_away() {
  gone_ = true;
  socket_.close(http::close_code::kTryLater, "resync");
  waiting_.clear();
}

void LiveListener::catch_up_in_part(std::vector<http::SharedFrame> const& frames) {
  if (gone_) return;
  for (auto const& frame : frames) socket_.send(frame);
  send_away();
}

void LiveListener::catch_up(std::vector<http::SharedFrame> const& frames, Seq known) {
  if (gone_) return;
  for (auto const& frame : frames) socket_.send(frame);
  caught_up_ = true;
  known_ = known;
  for (auto const& [seq, frame] : std::exchange(waiting_, {})) tell(seq, frame);
}

}  // namespace carillon::console
