// One person's live connection: first what they missed, then what comes.
//
// Shape   From on_open the hub may tell it of anything; that waits until catch_up() has said what
//         happened before. `known` is what catch_up() covers: of what waited, slices and recalls up
//         to it were told already.
// Threads The socket's io thread.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "channel/live/hub.h"
#include "http/websocket.h"

namespace carillon::console {

class LiveListener final : public live::Listener {
 public:
  explicit LiveListener(http::WebSocket socket) : socket_(std::move(socket)) {}

  void tell(Seq seq, http::SharedFrame const& frame) override;
  void send_away() override;
  void catch_up(std::vector<http::SharedFrame> const& frames, Seq known);
  // For the rest they must come back.
  void catch_up_in_part(std::vector<http::SharedFrame> const& frames);

  http::WebSocket const& socket() const { return socket_; }

 private:
  http::WebSocket const socket_;
  bool caught_up_ = false;
  bool gone_ = false;  // what comes is not told: its cursor would hide what was missed
  Seq known_;
  std::vector<std::pair<Seq, http::SharedFrame>> waiting_;
};

}  // namespace carillon::console
