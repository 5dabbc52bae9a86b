// What the demo sends: the vendor's own examples of batch_send, word for word, then a message of
// the app that may reach one department only, and one to everybody.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/demo_organisation.h"

namespace carillon::server {

struct DemoMessage {
  std::string title;
  DemoApp const* app = nullptr;
  std::string body;
};

std::vector<DemoMessage> demo_messages(DemoOrganisation const& organisation);

// One of the other vendor's messages, to everybody: a body of asyncsend_v2. `time` makes it differ
// from those of earlier runs, since the same content reaches a person once a day.
DemoMessage demo_work_notification(DemoOrganisation const& organisation, std::string_view time);

}  // namespace carillon::server
