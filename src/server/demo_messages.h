// What the demo sends: the vendor's own examples of batch_send, word for word, then a message of
// the app that may reach one department only, and one to everybody.
#pragma once

#include <string>
#include <vector>

#include "server/demo_organisation.h"

namespace carillon::server {

struct DemoMessage {
  std::string title;
  DemoApp const* app;
  std::string body;  // of batch_send
};

std::vector<DemoMessage> demo_messages(DemoOrganisation const& organisation);

}  // namespace carillon::server
