// What an operator may ask about the events of apps, and do to them.
//
// Threads Any; nothing here waits.
#pragma once

#include <functional>
#include <vector>

#include "access/event_settings.h"
#include "dispatch/event_lanes.h"

namespace carillon {

class EventDesk {
 public:
  virtual ~EventDesk() = default;

  virtual LaneStatus status(LaneKey const& lane) const = 0;
  // Connections by which the app fetches its events.
  virtual std::size_t connections(AppNo app) const = 0;

  // As EventLanes.
  virtual std::vector<EventKey> dead(LaneKey const& lane, EventNo before,
                                     std::size_t limit) const = 0;
  virtual bool is_dead(LaneKey const& lane, EventNo event) const = 0;
  virtual void replay(std::vector<StoredEvent> letters) = 0;
  virtual bool drop_dead(LaneKey const& lane, EventNo event) = 0;

  // The app's settings have changed: it is told again at once; or it wants to hear nothing more.
  virtual void wake(AppNo app) = 0;
  virtual void clear(AppNo app) = 0;
  // Calls the URL and asks whether it knows these keys; `done` comes from another thread.
  // Errors  receiver_failed, overloaded.
  virtual void verify(EventSettings settings, std::function<void(Result<void>)> done) = 0;
};

}  // namespace carillon
