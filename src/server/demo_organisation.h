// The organisation of the demo: 10,000 people in a department tree of up to four levels, made the
// same every time, as a file for POST /api/v1/import.
//
// Shape   Eight departments at the top; some people sit in two teams. The ids of the vendor's own
//         examples exist here, so that those can be sent as they are printed; the union_id
//         on_gdcq860e7af114fb4ff6c5d496dabcet is left unknown, to show what happens with it.
//         The first app may reach everybody, the second only one department and one person.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace carillon::server {

struct DemoApp {
  std::string id;
  std::string secret;
  std::string name;
  // How the other vendor's clients name it; empty and 0: not at all.
  std::string app_key = {};
  std::string key_secret = {};
  std::int64_t agent_id = 0;
};

struct DemoOrganisation {
  std::string tenant_key;
  DemoApp everywhere;
  DemoApp sales_only;
  std::vector<std::string> top_departments;
  std::vector<std::string> user_ids;
  std::size_t departments = 0;
  std::size_t in_two_departments = 0;
  std::string json;  // the file
};

DemoOrganisation make_demo_organisation();

}  // namespace carillon::server
