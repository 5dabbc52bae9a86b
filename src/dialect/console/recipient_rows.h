// The recipients of a batch as JSON or as CSV.
//
// Shape   {"recipients":[{user_id,open_id,name,departments,state,reason,delivered_at,read_at,
//         recalled_at}],"next"}; the same columns in CSV, departments separated by blanks, a time
//         or reason that there is not as an empty cell.
//         open_id is the one of the batch's app; the root department is "0".
// Cost    Pure.
#pragma once

#include <optional>
#include <string>

#include "core/list_recipients.h"
#include "crypto/sealed_id.h"
#include "directory/directory.h"

namespace carillon::console {

struct RecipientRows {
  Directory const& directory;
  IdSealer const& ids;
  AppNo app;

  std::string json(Recipients const& page, std::optional<std::string> const& next) const;
  std::string csv(Recipients const& page) const;
};

}  // namespace carillon::console
