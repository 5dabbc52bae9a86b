// The outside id of an event, and the way back. The same for the app that is told and for the
// operator who looks at what could not be.
//
// Cost    Pure; below a microsecond.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crypto/sealed_id.h"
#include "ledger/event.h"

namespace carillon {

struct EventPlace {
  EventKey key;
  AppNo app;

  friend bool operator==(EventPlace const&, EventPlace const&) = default;
};

std::string event_id_hex(IdSealer const& ids, Event const& event);
// None if it is no event's id; whether there is such an event is not asked here.
std::optional<EventPlace> find_event(IdSealer const& ids, std::string_view hex);

}  // namespace carillon
