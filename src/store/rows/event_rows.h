// What happened, as it lies packed in a row of the outbox; what became of it has columns.
#pragma once

#include <string>
#include <string_view>

#include "ledger/event.h"

namespace carillon::rows {

std::string pack_event(Event const& event);
// All but the key.
bool unpack_event(std::string_view bytes, Event& event);

}  // namespace carillon::rows
