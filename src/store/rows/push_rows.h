// A person's Web Push subscriptions and what failed of them, as they lie packed in a row.
#pragma once

#include <string>
#include <string_view>

#include "inbox/push.h"

namespace carillon::rows {

std::string pack_push(PushRow const& row);
// Into an empty row.
bool unpack_push(std::string_view bytes, PushRow& row);

}  // namespace carillon::rows
