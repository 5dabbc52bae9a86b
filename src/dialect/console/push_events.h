// What a push says to the page that gets it: {"type":"message","batch_id","app":{"app_id","name"}}.
//
// Shape   Nothing of the message itself: what is at a push service cannot be taken back. The page
//         asks for the inbox and shows what is still there.
// Source  docs/decisions/0018-web-push-is-a-knock.md.
#pragma once

#include <string>

#include "channel/webpush/push_channel.h"
#include "engine/engine.h"

namespace carillon::console {

class PushEvents final : public webpush::PushFormat {
 public:
  explicit PushEvents(Engine const& engine) : engine_(engine) {}

  std::string knock(BatchRecord const& record) const override;

 private:
  Engine const& engine_;
};

}  // namespace carillon::console
