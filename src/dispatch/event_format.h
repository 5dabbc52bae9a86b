// The two ports of whoever tells events: how they look, and who is connected to fetch them. The
// dialect whose events they are implements both.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "ledger/event.h"

namespace carillon {

// A POST that tells something.
struct OutgoingCall {
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

struct OutgoingEvent {
  std::string id;     // the same at every attempt
  std::string text;   // what is told, in the clear
  OutgoingCall call;  // the same for the app's URL; `url` is empty if it has none
};

class EventFormat {
 public:
  virtual ~EventFormat() = default;
  // None: the app is gone or may not hear of it.
  // Errors  internal: its settings cannot be read. Any thread.
  virtual Result<std::optional<OutgoingEvent>> render(Event const& event) = 0;

  // Apps that are told something every so often, whatever happens, and what.
  virtual std::vector<AppNo> regular_apps() = 0;
  virtual Result<std::optional<OutgoingEvent>> render_regular(AppNo app) = 0;
};

// Connections over which apps fetch their events, instead of being called.
class EventConnections {
 public:
  virtual ~EventConnections() = default;
  virtual bool connected(AppNo app) const = 0;
  // Waits for the receiver's word, at most that long. Any thread.
  // Errors  unavailable: no word, or it refused.
  virtual Result<void> tell(AppNo app, OutgoingEvent const& event,
                            std::chrono::milliseconds time) = 0;
};

}  // namespace carillon
