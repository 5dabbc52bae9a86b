// Where an app hears what happened, and how it recognises that it was we who called.
//
// Source  design.md sections 3 and 5. The keys must be used again, so they are sealed, not hashed;
//         none is shown by any API.
// Errors  internal: what is stored was not sealed with this installation's key.
#pragma once

#include <string>

#include "access/app.h"
#include "base/result.h"
#include "crypto/crypto.h"

namespace carillon {

struct EventSettings {
  std::string url;                 // http:// or https://; empty: none is called
  std::string encrypt_key;         // empty: sent in the clear and not signed
  std::string verification_token;  // goes with every event

  friend bool operator==(EventSettings const&, EventSettings const&) = default;
};

inline constexpr std::size_t kEventUrlBytesMax = 1024;
inline constexpr std::size_t kEventSecretBytesMax = 255;

Result<EventSettings> read_event_settings(Key const& installation_key, App const& app);
// Leaves the app as it is if these are its settings already.
void set_event_settings(Key const& installation_key, EventSettings const& settings, App& app);

}  // namespace carillon
