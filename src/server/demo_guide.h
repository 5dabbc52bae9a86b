// What the demo prints at its end, so that one can go on by hand: the address, the credentials,
// and calls that can be pasted into a shell or into Node.
#pragma once

#include <string>

#include "server/demo_organisation.h"
#include "server/screen.h"

namespace carillon::server {

struct DemoGuide {
  std::string url;
  std::string data_folder;
  std::string program;   // as a shell in this folder calls it
  std::string batch_id;  // one that can be asked about
  bool token_from_environment = false;
  // Pages to open.
  std::string inbox_url;
  std::string inbox_of;  // whose it is
  std::string console_url;
};

void print_guide(Screen& screen, DemoGuide const& guide, DemoOrganisation const& organisation);

}  // namespace carillon::server
