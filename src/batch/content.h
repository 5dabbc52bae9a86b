// What a batch says. Checked by the dialect that took it in; stored and delivered untouched.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "audience/flow.h"
#include "directory/numbers.h"
#include "people/user_set.h"

namespace carillon {

struct Content {
  std::string msg_type;   // the dialect's own word: "text", "interactive", ...
  std::string json;       // one JSON object, valid and minified; cards too
  std::string hash = {};  // 32 bytes; empty: the batch counts in no rule of flow control
};

// Ids of the request that named nobody, in the order in which they were sent.
struct InvalidIds {
  std::vector<std::string> department_ids;
  std::vector<std::string> open_ids;
  std::vector<std::string> user_ids;
  std::vector<std::string> union_ids;

  std::size_t size() const {
    return department_ids.size() + open_ids.size() + user_ids.size() + union_ids.size();
  }
  friend bool operator==(InvalidIds const&, InvalidIds const&) = default;
};

// The sets of a batch, fixed at acceptance. `failed` grows with the slices and is theirs.
struct AudienceSets {
  UserSet deliverable;
  UserSet unavailable;             // valid, but outside the app's availability
  std::vector<Withheld> withheld;  // valid and available, but kept back by a rule
};

}  // namespace carillon
